// The points of a sweep: a chart to look into and a table to sort and filter. Everything is in the page.
"use strict";
(() => {
  const data = JSON.parse(document.getElementById("data").textContent);
  const byId = (id) => document.getElementById(id);
  const COLOURS = ["#004488", "#bb5566", "#ddaa33", "#000000", "#66ccee", "#999999"];
  const PARAMETER = "parameter:", FIGURE = "figure:";
  const state = { x: "", y: "", colour: "", shown: data.shown.slice(), sort: "point", down: false, points: data.points };

  const parameterAt = new Map(data.parameters.map((p, i) => [p.key, i]));
  const figureAt = new Map(data.figures.map((f, i) => [f.key, i]));

  // --- values: [value, low, high] of anything that has a place on an axis -----------------------------------
  function triple(point, what) {
    if (what.startsWith(FIGURE)) return point.figures[figureAt.get(what.slice(FIGURE.length))];
    const i = parameterAt.get(what.slice(PARAMETER.length));
    const place = data.parameters[i].place[point.parameters[i]];
    return place === undefined ? null : [place, place, place];
  }
  function labelOf(what) {
    return what.startsWith(FIGURE) ? data.figures[figureAt.get(what.slice(FIGURE.length))].label
                                   : data.parameters[parameterAt.get(what.slice(PARAMETER.length))].label;
  }
  function short(value) {
    const size = Math.abs(value);
    return size >= 1000 ? Math.round(value).toLocaleString("en") : size === 0 ? "0" : String(Number(value.toPrecision(3)));
  }
  function withInterval(t) {
    if (!t) return "-";
    const half = (t[2] - t[1]) / 2;
    return half > 0 ? `${short(t[0])} \u00b1${Number(half.toPrecision(1))}` : short(t[0]);
  }

  // --- table ---------------------------------------------------------------------------------------------
  function element(name, attributes = {}, text = null) {
    const made = document.createElement(name);
    for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
    if (text !== null) made.textContent = text;
    return made;
  }
  function columns() {
    return [{ key: "point", label: "point" }, ...data.parameters.map((p) => ({ key: PARAMETER + p.key, label: p.label })),
            ...state.shown.map((key) => ({ key: FIGURE + key, label: labelOf(FIGURE + key) }))];
  }
  function sortValue(point, key) {
    if (key === "point") return point.number;
    const found = triple(point, key);
    return found ? found[0] : null;
  }
  function sorted() {
    const sign = state.down ? -1 : 1;
    return state.points.slice().sort((a, b) => {
      const [va, vb] = [sortValue(a, state.sort), sortValue(b, state.sort)];
      if (va === null || vb === null) return (va === null) - (vb === null) || a.number - b.number;  // undefined last
      return sign * (va - vb) || a.number - b.number;
    });
  }
  function drawTable() {
    const head = element("tr");
    for (const column of columns()) {
      const cell = element("th", { scope: "col" });
      const button = element("button", { type: "button", title: "Sort" }, column.label.replace(/([._])/g, "$1\u200b"));
      if (state.sort === column.key) cell.setAttribute("aria-sort", state.down ? "descending" : "ascending");
      button.addEventListener("click", () => {
        state.down = state.sort === column.key ? !state.down : false;
        state.sort = column.key;
        drawTable();
        byId("point-table").querySelectorAll("thead button")[columns().findIndex((c) => c.key === column.key)].focus();
      });
      cell.append(button);
      head.append(cell);
    }
    const body = sorted().map((point) => {
      const row = element("tr", { "data-point": point.number });
      row.append(element("th", { scope: "row" }, String(point.number)));
      point.parameters.forEach((text) => row.append(element("td", {}, text)));
      state.shown.forEach((key) => row.append(element("td", {}, withInterval(triple(point, FIGURE + key)))));
      if (point.error) row.title = point.error;
      return row;
    });
    byId("point-table").tHead.replaceChildren(head);
    byId("point-table").tBodies[0].replaceChildren(...body);
    byId("count").textContent = `${state.points.length} of ${data.points.length} points`;
  }

  // --- filter: words that a row has, or comparisons as `offramp plot --filter` has them ----------------------
  function number(text) {
    return text.trim() !== "" && Number.isFinite(Number(text)) ? Number(text) : null;
  }
  function compare(a, relation, b) {
    return { "<=": a <= b, ">=": a >= b, "==": a === b, "!=": a !== b, "<": a < b, ">": a > b }[relation];
  }
  function test(text) {
    const found = text.match(/^(\S+)\s*(<=|>=|==|!=|<|>|=)\s*(.+)$/);
    if (!found) {
      const word = text.toLowerCase();
      return (point) => point.parameters.some((value) => value.toLowerCase().includes(word)) || String(point.number) === word;
    }
    const [, key, written, value] = found, relation = written === "=" ? "==" : written, right = number(value);
    if (figureAt.has(key)) {
      if (right === null) return null;
      const scaled = right * data.figures[figureAt.get(key)].factor;  // written in seconds, bytes and shares, as elsewhere
      return (point) => { const t = triple(point, FIGURE + key); return t !== null && compare(t[0], relation, scaled); };
    }
    if (!parameterAt.has(key)) return null;
    const i = parameterAt.get(key), parameter = data.parameters[i];
    const place = parameter.numeric ? parameter.place[value] ?? right : null;
    return (point) => place !== null ? compare(parameter.place[point.parameters[i]], relation, place)
                                     : compare(point.parameters[i], relation, value);
  }
  function filter() {
    const tests = byId("filter").value.split(/\band\b|,/).map((part) => part.trim()).filter(Boolean).map(test);
    const wrong = tests.includes(null);
    byId("filter").setAttribute("aria-invalid", String(wrong));
    byId("filter").title = wrong ? "no such parameter or figure, or no number behind it" : "";
    if (wrong) return;
    state.points = data.points.filter((point) => tests.every((holds) => holds(point)));
    drawTable();
    drawChart();
  }

  // --- chart ---------------------------------------------------------------------------------------------
  const H = 340, LEFT = 70, RIGHT = 16, TOP = 12, BOTTOM = 46;
  function svg(name, attributes, text) {
    const made = document.createElementNS("http://www.w3.org/2000/svg", name);
    for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
    if (text !== undefined) made.textContent = text;
    return made;
  }
  function steps(low, high, most) {
    const rough = (high - low) / most, power = 10 ** Math.floor(Math.log10(rough));
    const step = [1, 2, 5, 10].map((k) => k * power).find((s) => s >= rough);
    const all = [];
    for (let v = Math.ceil(low / step) * step; v <= high + step * 1e-9; v += step) all.push(Number(v.toPrecision(10)));
    return all;
  }
  function axis(what, points, from, to) {
    const values = points.flatMap((p) => triple(p, what) ?? []);
    let low = Math.min(...values), high = Math.max(...values);
    if (!(high > low)) [low, high] = [low - (Math.abs(low) || 1) * 0.1, high + (Math.abs(high) || 1) * 0.1];
    const room = (high - low) * 0.06;
    [low, high] = [low - room, high + room];
    const parameter = what.startsWith(PARAMETER) ? data.parameters[parameterAt.get(what.slice(PARAMETER.length))] : null;
    const ticks = parameter && !parameter.numeric ? Object.entries(parameter.place).map(([text, place]) => [place, text])
                                                  : steps(low, high, Math.max(2, Math.floor(Math.abs(to - from) / (to > from ? 75 : 45)))).map((v) => [v, v.toLocaleString("en", { maximumSignificantDigits: 6 })]);
    return { place: (v) => from + (v - low) / (high - low) * (to - from), ticks };
  }
  function drawLegend() {
    const i = state.colour ? parameterAt.get(state.colour.slice(PARAMETER.length)) : null;
    const texts = i === null ? [] : Object.keys(data.parameters[i].place);
    byId("legend").replaceChildren(...(i === null ? [] : [data.parameters[i].key + ":"]), ...texts.flatMap((text, n) => {
      const mark = element("span");
      mark.style.background = COLOURS[n % COLOURS.length];
      return [mark, text];
    }));
  }
  function colourOf(point) {
    if (!state.colour) return COLOURS[0];
    const i = parameterAt.get(state.colour.slice(PARAMETER.length));
    return COLOURS[Object.keys(data.parameters[i].place).indexOf(point.parameters[i]) % COLOURS.length];
  }
  function tell(point, dot) {
    const tip = byId("tip");
    const lines = data.parameters.map((p, i) => `${p.key} = ${point.parameters[i]}`);
    for (const what of new Set([state.x, state.y, ...state.shown.map((key) => FIGURE + key)]))
      if (what.startsWith(FIGURE)) lines.push(`${labelOf(what)}: ${withInterval(triple(point, what))}`);
    tip.replaceChildren(element("strong", {}, `point ${point.number}`), ...lines.flatMap((line) => [element("br"), line]));
    tip.hidden = false;
    const box = dot.getBoundingClientRect(), size = tip.getBoundingClientRect();
    const left = Math.min(box.right + 8, document.documentElement.clientWidth - size.width - 8);
    tip.style.left = `${Math.max(8, left) + window.scrollX}px`;
    tip.style.top = `${box.bottom + 8 + window.scrollY}px`;
    document.querySelector(`#point-table tr[data-point="${point.number}"]`)?.classList.add("lit");
  }
  function hush() {
    byId("tip").hidden = true;
    document.querySelectorAll("#point-table tr.lit").forEach((row) => row.classList.remove("lit"));
  }
  function drawChart() {
    hush();
    const points = state.points.filter((p) => triple(p, state.x) && triple(p, state.y));
    const W = Math.min(736, Math.max(280, byId("chart").clientWidth));
    const picture = svg("svg", { width: W, height: H, viewBox: `0 0 ${W} ${H}`, role: "img", "aria-label": `${labelOf(state.y)} over ${labelOf(state.x)}` });
    if (points.length === 0) {
      picture.append(svg("text", { x: W / 2, y: H / 2, "text-anchor": "middle" }, "no point is left"));
      byId("chart").replaceChildren(picture);
      return;
    }
    const x = axis(state.x, points, LEFT, W - RIGHT), y = axis(state.y, points, H - BOTTOM, TOP);
    for (const [value, text] of x.ticks) {
      picture.append(svg("line", { x1: x.place(value), x2: x.place(value), y1: TOP, y2: H - BOTTOM, stroke: "#e3e7ec" }),
                     svg("text", { x: x.place(value), y: H - BOTTOM + 16, "text-anchor": "middle" }, text));
    }
    for (const [value, text] of y.ticks) {
      picture.append(svg("line", { x1: LEFT, x2: W - RIGHT, y1: y.place(value), y2: y.place(value), stroke: "#e3e7ec" }),
                     svg("text", { x: LEFT - 6, y: y.place(value) + 4, "text-anchor": "end" }, text));
    }
    picture.append(svg("text", { x: (LEFT + W - RIGHT) / 2, y: H - 8, "text-anchor": "middle" }, labelOf(state.x)),
                   svg("text", { transform: `translate(14 ${(TOP + H - BOTTOM) / 2}) rotate(-90)`, "text-anchor": "middle" }, labelOf(state.y)));
    const dots = [];  // above all intervals, so that the mouse finds them
    for (const point of points) {
      const [px, lx, hx] = triple(point, state.x).map(x.place), [py, ly, hy] = triple(point, state.y).map(y.place);
      const colour = colourOf(point);
      picture.append(svg("line", { x1: lx, x2: hx, y1: py, y2: py, stroke: colour, opacity: 0.45 }),
                     svg("line", { x1: px, x2: px, y1: ly, y2: hy, stroke: colour, opacity: 0.45 }));
      const dot = svg("circle", { cx: px, cy: py, r: 5, fill: colour, stroke: "white", class: "dot", tabindex: 0,
                                  "data-point": point.number, "aria-label": `point ${point.number}` });
      for (const event of ["mouseenter", "focus", "click"]) dot.addEventListener(event, () => { hush(); tell(point, dot); });
      for (const event of ["mouseleave", "blur"]) dot.addEventListener(event, hush);
      dots.push(dot);
    }
    picture.append(...dots);
    byId("chart").replaceChildren(picture);
    drawLegend();
  }

  // --- controls --------------------------------------------------------------------------------------------
  function fill(select, choices, chosen, then) {
    select.replaceChildren(...choices.map(([value, text]) => element("option", { value }, text)));
    select.value = chosen;
    select.addEventListener("change", () => then(select.value));
  }
  const parameters = data.parameters.map((p) => [PARAMETER + p.key, p.label]);
  const figures = data.figures.map((f) => [FIGURE + f.key, f.label]);
  const first = (wanted, other) => figures.some(([value]) => value === FIGURE + wanted) ? FIGURE + wanted : other;
  state.y = first("accuracy.top1", figures[0][0]);
  state.x = first("uplink.payload_bytes_per_request", parameters.length ? parameters[0][0] : figures[0][0]);
  const few = data.parameters.filter((p) => { const n = Object.keys(p.place).length; return n > 1 && n <= COLOURS.length; });
  state.colour = few.length ? PARAMETER + few[0].key : "";
  fill(byId("x"), [...parameters, ...figures], state.x, (value) => { state.x = value; drawChart(); });
  fill(byId("y"), [...figures, ...parameters], state.y, (value) => { state.y = value; drawChart(); });
  fill(byId("colour"), [["", "all alike"], ...few.map((p) => [PARAMETER + p.key, p.label])], state.colour,
       (value) => { state.colour = value; drawChart(); });
  fill(byId("more"), [["", ""], ...figures], "", (value) => {
    const key = value.slice(FIGURE.length);
    if (value && !state.shown.includes(key)) state.shown.push(key);
    drawTable();
  });
  byId("filter").addEventListener("input", filter);
  document.querySelectorAll("[hidden]").forEach((part) => { if (part.id !== "tip") part.hidden = false; });
  drawTable();
  drawChart();
  window.addEventListener("resize", drawChart);
})();
