// Unpacks plotly.js and draws every figure in the colours of the page, again when these change.
(async () => {
  "use strict";
  const root = document.documentElement;
  const boxes = [...document.querySelectorAll(".chart")];
  const specs = new Map(
    [...document.querySelectorAll("script.figure")].map((one) => [one.dataset.name, one.textContent]),
  );
  const colour = (name) => getComputedStyle(root).getPropertyValue(name).trim();

  const template = () => {
    const [ink, soft, line, paper] = ["--ink", "--soft", "--line", "--paper"].map(colour);
    const axis = {
      gridcolor: line, zerolinecolor: line, tickcolor: line, tickfont: { color: soft },
      title: { font: { color: soft } }, automargin: true,
    };
    return {
      layout: {
        font: { family: colour("--font"), color: ink },
        title: { x: 0, xanchor: "left", font: { color: ink, weight: 600 } },
        // Not transparent: a saved picture keeps a background that its text can be read on.
        paper_bgcolor: paper, plot_bgcolor: paper,
        hoverlabel: { bgcolor: colour("--raised"), bordercolor: line, font: { color: ink } },
        xaxis: { showgrid: false, ...axis }, yaxis: axis,
      },
    };
  };

  // Plotly's own button saves PNG; SVG is one more. No others: they would cover a phone's titles.
  const config = (box) => ({
    responsive: true,
    displaylogo: false,
    toImageButtonOptions: { format: "png", scale: 2, filename: box.dataset.file },
    modeBarButtons: [["toImage", {
      name: "svg",
      title: "Download plot as an SVG",
      icon: Plotly.Icons.disk,
      click: (gd) => Plotly.downloadImage(gd, { format: "svg", filename: box.dataset.file }),
    }]],
  });

  const draw = (box) => {
    // Parsed anew each time, because Plotly writes into what it is given.
    const { data, layout } = JSON.parse(specs.get(box.dataset.name));
    layout.template = template();
    // A finger on a chart scrolls the page.
    if (matchMedia("(pointer: coarse)").matches) layout.dragmode = false;
    if (box.clientWidth < 420) layout.title.font.size = 15;
    return Plotly.react(box, data, layout, config(box));
  };
  const drawAll = () => Promise.all(boxes.map(draw));

  try {
    const packed = Uint8Array.from(
      atob(document.getElementById("plotly").textContent), (one) => one.charCodeAt(0),
    );
    const stream = new Blob([packed]).stream().pipeThrough(new DecompressionStream("gzip"));
    const script = document.createElement("script");
    script.textContent = await new Response(stream).text();
    document.head.append(script);
    for (const box of boxes) {
      await draw(box);
      // The page stays alive while charts are drawn.
      await new Promise((done) => setTimeout(done));
    }
  } catch (error) {
    document.getElementById("no-charts").hidden = false;
    boxes.forEach((box) => { box.style.minHeight = 0; });
    root.dataset.charts = "none";
    return;
  }
  root.dataset.charts = "drawn";

  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", drawAll);
  // Paper is light and narrow.
  addEventListener("beforeprint", () => { root.dataset.for = "print"; drawAll(); });
  addEventListener("afterprint", () => { delete root.dataset.for; drawAll(); });
})();
