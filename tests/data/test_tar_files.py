import gzip
import io
import tarfile

import pytest

from engine.data.archives import Limits
from engine.data.tar_files import extract_tar
from engine.errors import EngineError
from tests.told import counted_to


def write_tar(path, files, packed=gzip.compress, kind=tarfile.PAX_FORMAT):
    """Write `files`: (name, content), or a header (with its content) of any kind."""
    plain = io.BytesIO()
    with tarfile.open(fileobj=plain, mode="w", format=kind) as archive:
        for name, content in files:
            header = name if isinstance(name, tarfile.TarInfo) else tarfile.TarInfo(name)
            header.size = len(content)
            archive.addfile(header, io.BytesIO(content))
    path.write_bytes(packed(plain.getvalue()))
    return path


def header(name, kind, target=""):
    one = tarfile.TarInfo(name)
    one.type, one.linkname = kind, target
    return one


def plain_of(path):
    return bytearray(gzip.decompress(path.read_bytes()))


def with_checksum(block):
    """A header block of 512 bytes, after a change, with a checksum that fits."""
    block[148:156] = b" " * 8
    block[148:156] = b"%06o\0 " % sum(block)
    return block


def refused(tmp_path, match, limits=None):
    """Extracting fails with one sentence and leaves the folder as it was."""
    before = sorted(tmp_path.rglob("*"))
    with pytest.raises(EngineError, match=match) as caught:
        extract_tar(tmp_path / "photos.tar.gz", tmp_path / "into", limits=limits)
    assert "\n" not in str(caught.value)
    assert sorted(tmp_path.rglob("*")) == before


@pytest.fixture
def photos(tmp_path):
    """Path of a whole archive of two files."""
    files = [("top/a/1.jpg", b"12345"), ("top/b/2.jpg", b"678")]
    return write_tar(tmp_path / "photos.tar.gz", files)


def test_extracts_files_and_reports_progress(tmp_path, photos):
    calls = []
    extract_tar(photos, tmp_path / "into", progress=counted_to(calls.append))
    assert (tmp_path / "into/top/a/1.jpg").read_bytes() == b"12345"
    assert (tmp_path / "into/top/b/2.jpg").read_bytes() == b"678"
    size = photos.stat().st_size
    assert calls == [(size, size, "unpack")] * 2
    assert sorted(one.name for one in tmp_path.iterdir()) == ["into", "photos.tar.gz"]


def test_extracts_what_is_wanted_alone(tmp_path, photos):
    extract_tar(photos, tmp_path / "into", lambda path: path.parent.name == "b")
    files = [one.relative_to(tmp_path / "into") for one in tmp_path.rglob("*.jpg")]
    assert [one.as_posix() for one in files] == ["top/b/2.jpg"]


def test_extracts_a_folder_that_was_packed_from_within(tmp_path):
    folders = [(header(name, tarfile.DIRTYPE), b"") for name in (".", "./a")]
    write_tar(tmp_path / "photos.tar.gz", [*folders, ("./a/1.jpg", b"1")])
    extract_tar(tmp_path / "photos.tar.gz", tmp_path / "into")
    assert (tmp_path / "into/a/1.jpg").read_bytes() == b"1"


def test_the_packer_says_nothing_about_rights(tmp_path):
    one = tarfile.TarInfo("a/1.jpg")
    one.mode, one.uid, one.mtime = 0o6777, 12345, 10**9
    write_tar(tmp_path / "photos.tar.gz", [(one, b"1")])
    extract_tar(tmp_path / "photos.tar.gz", tmp_path / "into")
    kept = (tmp_path / "into/a/1.jpg").stat()
    assert not kept.st_mode & 0o6111
    assert kept.st_uid == tmp_path.stat().st_uid
    assert kept.st_mtime > 10**9


@pytest.mark.parametrize("wanted", [None, lambda path: path.name == "1.jpg"], ids=["all", "one"])
@pytest.mark.parametrize(
    "name",
    [
        "/etc/photo.jpg",
        "../photo.jpg",
        "a/../../photo.jpg",
        "..\\photo.jpg",
        "C:/photo.jpg",
        "d/" * 40 + "photo.jpg",
        ".",
    ],
)
def test_refuses_paths_that_leave_the_folder(tmp_path, name, wanted):
    path = write_tar(tmp_path / "photos.tar.gz", [("a/1.jpg", b"1"), (name, b"2")])
    with pytest.raises(EngineError, match="only paths below its own folder"):
        extract_tar(path, tmp_path / "into", wanted)
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize(
    "kind",
    [
        tarfile.SYMTYPE,
        tarfile.LNKTYPE,
        tarfile.CHRTYPE,
        tarfile.BLKTYPE,
        tarfile.FIFOTYPE,
        b"Q",
    ],
)
@pytest.mark.parametrize("target", ["/etc/passwd", "1.jpg"])
def test_refuses_links_devices_and_the_unknown(tmp_path, kind, target):
    files = [("a/1.jpg", b"1"), (header("a/link.jpg", kind, target), b"")]
    write_tar(tmp_path / "photos.tar.gz", files)
    refused(tmp_path, "no links or devices. Received: 'a/link.jpg'")


def test_refuses_a_sparse_file(tmp_path):
    one = tarfile.TarInfo("a/1.jpg")
    one.pax_headers = {
        "GNU.sparse.major": "0",
        "GNU.sparse.minor": "1",
        "GNU.sparse.size": str(2**40),
        "GNU.sparse.map": f"{2**40},0",
    }
    write_tar(tmp_path / "photos.tar.gz", [(one, b"")])
    refused(tmp_path, "no links or devices")


def test_refuses_a_file_twice(tmp_path):
    write_tar(tmp_path / "photos.tar.gz", [("a/1.jpg", b"1"), ("./a/1.jpg", b"2")])
    refused(tmp_path, "each file once")


def test_refuses_a_file_below_a_file(tmp_path):
    write_tar(tmp_path / "photos.tar.gz", [("a", b"1"), ("a/1.jpg", b"2")])
    refused(tmp_path, "could not be unpacked")


@pytest.mark.parametrize(
    ("limits", "match"),
    [
        (Limits(1, 99, 99), "at most 1 files. Received: 2"),
        (Limits(9, 7, 99), "the archive photos.tar.gz must have at most"),
        (Limits(9, 99, 4), "a file in the archive photos.tar.gz must have at most"),
    ],
)
def test_refuses_what_is_beyond_the_limits(tmp_path, photos, limits, match):
    refused(tmp_path, match, limits)
    extract_tar(photos, tmp_path / "into", limits=Limits(2, 8, 5))
    assert (tmp_path / "into/top/b/2.jpg").is_file()


def test_refuses_a_bomb_but_not_a_small_plain_file(tmp_path):
    write_tar(tmp_path / "photos.tar.gz", [("a/1.bmp", bytes(2 * 2**20))])
    refused(tmp_path, "more than 200-fold")
    # Many files, each of them small, are none the better.
    write_tar(tmp_path / "photos.tar.gz", [(f"a/{index}.bmp", bytes(2**19)) for index in range(9)])
    refused(tmp_path, "more than 200-fold")
    path = write_tar(tmp_path / "photos.tar.gz", [("a/1.bmp", bytes(2**19))])
    extract_tar(path, tmp_path / "into")
    assert (tmp_path / "into/a/1.bmp").stat().st_size == 2**19


@pytest.mark.parametrize("kind", [tarfile.PAX_FORMAT, tarfile.GNU_FORMAT])
def test_refuses_a_name_of_megabytes_before_it_is_read(tmp_path, kind):
    path = tmp_path / "photos.tar.gz"
    write_tar(path, [("a/" + "b" * 3 * 2**20, b"1")], kind=kind)
    refused(tmp_path, "names and remarks of more than 1 MiB")


def test_refuses_headers_without_end(tmp_path, photos):
    block = tarfile.TarInfo("more").tobuf(tarfile.GNU_FORMAT)
    empty_remark = with_checksum(bytearray(block[:156] + b"L" + block[157:]))
    photos.write_bytes(gzip.compress(bytes(empty_remark) * 5000))
    refused(tmp_path, "whole tar.gz file")


def test_refuses_a_size_below_zero(tmp_path, photos):
    plain = plain_of(photos)
    # GNU tar writes numbers that eight digits cannot hold in base 256, with a sign.
    plain[124:136] = b"\xff" * 10 + b"\xf8\x00"
    plain[:512] = with_checksum(plain[:512])
    photos.write_bytes(gzip.compress(bytes(plain)))
    refused(tmp_path, "whole tar.gz file")


def test_refuses_a_file_shorter_than_its_header_says(tmp_path, photos):
    plain = plain_of(photos)
    plain[124:136] = b"%011o\0" % 100_000
    plain[:512] = with_checksum(plain[:512])
    photos.write_bytes(gzip.compress(bytes(plain)))
    refused(tmp_path, "whole tar.gz file")


@pytest.mark.parametrize("kept", [100, 512, 515, 1024, 1100, 2048])
def test_refuses_a_tar_file_that_was_cut_short_before_it_was_packed(tmp_path, photos, kept):
    photos.write_bytes(gzip.compress(bytes(plain_of(photos)[:kept])))
    refused(tmp_path, "whole tar.gz file")


@pytest.mark.parametrize("cut", [1, 8, 20, 60])
def test_refuses_a_truncated_file(tmp_path, photos, cut):
    photos.write_bytes(photos.read_bytes()[:-cut])
    refused(tmp_path, "whole tar.gz file")


def test_refuses_a_damaged_header_in_the_middle(tmp_path, photos):
    plain = plain_of(photos)
    plain[1024 + 5] ^= 1
    photos.write_bytes(gzip.compress(bytes(plain)))
    refused(tmp_path, "whole tar.gz file")


def test_refuses_damaged_content(tmp_path):
    # Stored and not compressed: that a bit is another, the checksum alone can tell.
    content = bytes(index * index % 251 for index in range(5000))
    path = write_tar(
        tmp_path / "photos.tar.gz",
        [("a/1.jpg", content)],
        lambda plain: gzip.compress(plain, compresslevel=0),
    )
    data = bytearray(path.read_bytes())
    data[2000] ^= 1
    path.write_bytes(data)
    refused(tmp_path, "whole tar.gz file")


def test_refuses_what_follows_the_end(tmp_path, photos):
    photos.write_bytes(gzip.compress(bytes(plain_of(photos)) + b"more"))
    refused(tmp_path, "whole tar.gz file")
    photos.write_bytes(gzip.compress(bytes(plain_of(photos)[:-4]) + bytes(2 * 2**20)))
    refused(tmp_path, "whole tar.gz file")


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"hello",
        b"\xff\xd8\xff\xe0 photo",
        gzip.compress(b""),
        gzip.compress(b"hello"),
    ],
    ids=["empty", "text", "photo", "packed nothing", "packed text"],
)
def test_refuses_what_is_no_tar_file(tmp_path, content):
    (tmp_path / "photos.tar.gz").write_bytes(content)
    refused(tmp_path, "whole tar.gz file")


def test_refuses_a_path_that_is_no_file(tmp_path):
    refused(tmp_path, "tar.gz file that exists")
    (tmp_path / "photos.tar.gz").mkdir()
    refused(tmp_path, "could not be unpacked")


def test_an_interruption_leaves_nothing_behind(tmp_path, photos):
    def interrupt(*_):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        extract_tar(photos, tmp_path / "into", progress=counted_to(interrupt))
    assert list(tmp_path.iterdir()) == [photos]
