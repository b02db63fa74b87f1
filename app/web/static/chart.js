// Tooltips of charts by pointer and arrow keys; they read the data table.
(() => {
  const plotOf = (event) => event.target instanceof Element && event.target.closest(".plot");
  const isRTL = () => document.documentElement.dir === "rtl";

  function clear(plot) {
    for (const part of plot.querySelectorAll(".at,.tip")) part.remove();
  }

  function show(plot, index) {
    const rows = document.getElementById(plot.dataset.table).tBodies[0].rows;
    const at = Math.max(0, Math.min(rows.length - 1, index));
    const share = at / Math.max(1, rows.length - 1);
    const [day, value, before, was] = [...rows[at].cells].map((cell) => cell.textContent.trim());
    clear(plot);
    const make = (className, textContent) => Object.assign(document.createElement("div"), { className, textContent });
    const line = make("at", "");
    const tip = make("tip", `${day}: ${value}\n${before}: ${was}`);
    tip.setAttribute("role", "status");
    line.style.insetInlineStart = `${share * 100}%`;
    tip.style[share < 0.5 ? "insetInlineStart" : "insetInlineEnd"] = `calc(${(share < 0.5 ? share : 1 - share) * 100}% + 8px)`;
    plot.append(line, tip);
    plot.dataset.at = at;
  }

  document.addEventListener("pointermove", (event) => {
    const plot = plotOf(event);
    for (const other of document.querySelectorAll(".plot:not(:focus)")) if (other !== plot) clear(other);
    if (!plot) return;
    const box = plot.getBoundingClientRect();
    const share = (event.clientX - box.left) / box.width;
    const days = document.getElementById(plot.dataset.table).tBodies[0].rows.length;
    show(plot, Math.round((isRTL() ? 1 - share : share) * (days - 1)));
  });

  document.addEventListener("keydown", (event) => {
    const plot = plotOf(event);
    if (!plot) return;
    if (event.key === "Escape") clear(plot);
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (!step) return;
    event.preventDefault();
    show(plot, Number(plot.dataset.at ?? -1) + (isRTL() ? -step : step));
  });

  document.addEventListener("focusout", (event) => plotOf(event) && clear(plotOf(event)));
})();
