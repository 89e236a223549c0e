// @ts-check
"use strict";
/**
 * Adds filters to a page that is whole without them. Text is only ever set as text.
 *
 * @typedef {[studies: number[], linked: number[], findings: number[]]} Cell
 * @typedef {{facets: Object<string, number[][]>, years: number[], study: number[],
 *   direction: number[], basis: number[], maps: Object<string, Cell[]>}} Data
 * @typedef {{name: string, title: string, told: string, holds: (study: number) => boolean}} Wish
 * @typedef {{map: string, cell: number, anchor: HTMLAnchorElement}} Picked
 */
(() => {
  /** @param {string} id @returns {any} */
  const at = (id) => document.getElementById(id);
  const data = /** @type {Data} */ (JSON.parse(at("facts").textContent));
  const DIRECTIONS = ["improved", "maintained", "no_difference", "worsened", "mixed", "unclear"];
  const WORDS = ["improved", "maintained", "no difference", "worsened", "mixed", "unclear"];
  const BASES = ["effects", "associations", "descriptions", "assertions", "theory", "basis not stated"];
  /** @type {Object<string, string>} */
  const MARKS = {
    improved: "+", maintained: "=", no_difference: "≈", worsened: "−", mixed: "±", unclear: "?",
    told: "○", silent: "…", empty: "",
  };
  const PAGE = 25;
  const total = data.years.length;
  const form = /** @type {HTMLFormElement} */ (at("filters"));
  const list = /** @type {HTMLElement} */ (at("list"));
  const all = /** @type {HTMLDetailsElement[]} */ ([...list.children]);
  /** @type {Object<string, HTMLAnchorElement[]>} */
  const anchors = {};

  /** @type {Picked | null} */
  let picked = null;
  /** @type {number | null} */
  let alone = null;
  /** @type {number[]} */
  let matched = [];
  let shown = PAGE;
  /** @type {Uint8Array} */
  let inStudies = new Uint8Array(total);
  /** @type {Uint8Array} */
  let inFindings = new Uint8Array(data.study.length);
  /** @type {Wish[]} */
  let wishes = [];
  let narrow = false;
  /** @type {Set<number>} */
  let hits = new Set();

  /** @param {number} count @param {string} one @param {string} many */
  const plural = (count, one, many) => `${count.toLocaleString("en")} ${count === 1 ? one : many}`;

  /** @param {string} tag @param {string} text */
  function made(tag, text) {
    const node = document.createElement(tag);
    node.textContent = text;
    return node;
  }

  /** @param {string} name @returns {HTMLSelectElement | HTMLInputElement | null} */
  const field = (name) => /** @type {any} */ (form.elements.namedItem(name));

  /** What is asked of studies. @returns {Wish[]} */
  function asked() {
    /** @type {Wish[]} */
    const found = [];
    for (const [name, values] of Object.entries(data.facets)) {
      const select = /** @type {HTMLSelectElement | null} */ (field(name));
      if (!select || select.value === "") continue;
      const wanted = Number(select.value);
      const option = select.options[select.selectedIndex].textContent || "";
      found.push({
        name,
        title: select.labels[0].textContent || name,
        told: option.replace(/ \(\d+\)$/, ""),
        holds: (study) => values[study].includes(wanted),
      });
    }
    for (const end of ["from", "to"]) {
      const input = field(end);
      if (!input || input.value === "") continue;
      const year = Number(input.value);
      found.push({
        name: end,
        title: `Year, ${end}`,
        told: String(year),
        holds: (study) => {
          const own = data.years[study];
          return own !== 0 && (end === "from" ? own >= year : own <= year);
        },
      });
    }
    return found;
  }

  /** @param {string} name */
  const chosen = (name) => {
    const select = field(name);
    return select && select.value !== "" ? Number(select.value) : -1;
  };

  function choose() {
    wishes = asked();
    const direction = chosen("direction");
    const basis = chosen("basis");
    narrow = direction >= 0 || basis >= 0;
    const fits = new Uint8Array(total);
    for (let study = 0; study < total; study++) {
      fits[study] = wishes.every((wish) => wish.holds(study)) ? 1 : 0;
    }
    inStudies = narrow ? new Uint8Array(total) : fits;
    for (let index = 0; index < data.study.length; index++) {
      const study = data.study[index];
      const fit =
        fits[study] &&
        (direction < 0 || data.direction[index] === direction) &&
        (basis < 0 || data.basis[index] === basis);
      inFindings[index] = fit ? 1 : 0;
      if (fit && narrow) inStudies[study] = 1;
    }
  }

  /** Which studies and findings of a cell are chosen. @param {Cell} cell */
  function within(cell) {
    const findings = cell[2].filter((index) => inFindings[index]);
    const studies = narrow
      ? [...new Set(findings.map((index) => data.study[index]))]
      : cell[0].filter((study) => inStudies[study]);
    return { studies, findings };
  }

  /** The state and the words of a cell, as they are without the script. @param {Cell} cell */
  function said(cell) {
    const { studies, findings } = within(cell);
    const counts = BASES.map(() => DIRECTIONS.map(() => 0));
    for (const index of findings) counts[data.basis[index]][data.direction[index]]++;
    const most = Math.max(...counts[0]);
    const leaders = DIRECTIONS.filter((_, place) => counts[0][place] === most);
    let state = findings.length ? "told" : "silent";
    if (most > 0) state = leaders.length > 1 ? "mixed" : leaders[0];
    if (!studies.length) return { state: "empty", count: 0, words: "no study in this choice" };
    const linked = cell[1].filter((study) => studies.includes(study)).length;
    const told = counts.flatMap((row, place) => {
      const parts = row.flatMap((count, which) => (count ? [`${count} ${WORDS[which]}`] : []));
      return parts.length ? [`${BASES[place]}: ${parts.join(", ")}`] : [];
    });
    const words =
      plural(studies.length, "study", "studies") +
      (linked ? `, ${linked} with the link stated` : "") +
      `; ${told.join("; ") || "no finding on the pair"}`;
    return { state, count: studies.length, words, linked };
  }

  function paintMaps() {
    for (const [map, cells] of Object.entries(data.maps)) {
      cells.forEach((cell, index) => {
        const anchor = (anchors[map] || [])[index];
        if (!anchor) return;
        const now = said(cell);
        if (anchor.getAttribute("aria-label") === now.words) return;
        anchor.setAttribute("aria-label", now.words);
        anchor.title = now.words;
        const [number, mark] = anchor.childNodes;
        number.textContent = now.count ? now.count.toLocaleString("en") : "";
        mark.textContent = now.count ? MARKS[now.state] : "·";
        const box = /** @type {HTMLElement} */ (anchor.parentElement);
        box.className = box.className.replace(/\bd-\w+|\blinked\b/g, "").trim();
        box.classList.add(`d-${now.state}`);
        box.classList.toggle("linked", Boolean(now.linked));
      });
    }
  }

  /** Why nothing is left, naming the wishes that exclude one another. @returns {string[]} */
  function why() {
    const from = wishes.find((wish) => wish.name === "from");
    const to = wishes.find((wish) => wish.name === "to");
    if (from && to && Number(from.told) > Number(to.told)) {
      return [`These years contradict one another: no year is from ${from.told} and to ${to.told}.`];
    }
    const told = [];
    const places = [...Array(total).keys()];
    for (const wish of wishes) {
      if (!places.some(wish.holds)) told.push(`No study has ${wish.title}: ${wish.told}.`);
    }
    if (told.length) return told;
    wishes.forEach((one, place) => {
      for (const other of wishes.slice(place + 1)) {
        if (!places.some((study) => one.holds(study) && other.holds(study))) {
          told.push(
            `No study has both ${one.title}: ${one.told} and ${other.title}: ${other.told}.`,
          );
        }
      }
    });
    if (!told.length && wishes.length > 2) told.push("Each two of these occur, never all of them.");
    if (narrow && !told.length) told.push("None of these studies has a finding of that kind.");
    return told;
  }

  function report() {
    const status = at("status");
    const studies = inStudies.reduce((sum, one) => sum + one, 0);
    const findings = inFindings.reduce((sum, one) => sum + one, 0);
    const filtered = wishes.length > 0 || narrow;
    const whole = plural(total, "study", "studies");
    const text = filtered
      ? `${studies.toLocaleString("en")} of ${whole} and ${plural(findings, "finding", "findings")} ` +
        "answer this choice. The maps show these alone; beside each name stand all studies."
      : `No filter: all ${whole} and ${plural(findings, "finding", "findings")}.`;
    status.replaceChildren(made("p", text));
    if (filtered && !studies) {
      status.replaceChildren(made("p", "No study answers this choice."));
      for (const line of why()) status.append(made("p", line));
    }
  }

  /** @param {HTMLElement | null | undefined} node */
  const nameIn = (node) => node?.querySelector(".t")?.textContent || "";

  /** The names of a cell's row and column. @param {HTMLAnchorElement} anchor */
  function pairOf(anchor) {
    const box = /** @type {HTMLTableCellElement} */ (anchor.closest("td"));
    const row = /** @type {HTMLTableRowElement} */ (box.parentElement);
    const head = /** @type {HTMLTableElement} */ (box.closest("table")).tHead;
    return [nameIn(row.cells[0]), nameIn(head?.rows[0].cells[box.cellIndex])];
  }

  function select() {
    hits = new Set();
    const status = at("shown");
    let text = "";
    if (alone !== null) {
      matched = [alone];
      text = "One study, as its link asked.";
    } else if (picked) {
      const { studies, findings } = within(data.maps[picked.map][picked.cell]);
      matched = studies;
      hits = new Set(findings);
      const [row, column] = pairOf(picked.anchor);
      text =
        `${row} × ${column}: ${plural(studies.length, "study", "studies")}, ` +
        `${plural(findings.length, "finding", "findings")} on the pair, each marked as chosen.`;
    } else {
      matched = [];
      for (let study = 0; study < total; study++) if (inStudies[study]) matched.push(study);
      text = matched.length ? "" : "No study answers the filters above.";
      if (narrow) for (let i = 0; i < inFindings.length; i++) if (inFindings[i]) hits.add(i);
    }
    shown = PAGE;
    status.replaceChildren(...(text ? [made("p", text)] : []));
    at("back").hidden = !picked;
    at("leave").hidden = !picked && alone === null;
    at("leave").textContent = picked ? "Leave this cell" : "Show all studies";
    fill(matched.slice(0, shown));
  }

  /** @param {number[]} studies */
  function fill(studies) {
    for (const line of list.querySelectorAll(".hit")) line.classList.remove("hit");
    list.replaceChildren(...studies.map((study) => all[study]));
    if (hits.size) {
      for (const line of list.querySelectorAll("[data-f]")) {
        line.classList.toggle("hit", hits.has(Number(line.getAttribute("data-f"))));
      }
    }
    const opened = picked !== null || alone !== null;
    for (const study of studies) all[study].open = opened;
    const left = matched.length - studies.length;
    at("more").hidden = left <= 0;
    at("more").textContent = `Show ${Math.min(left, PAGE)} more of ${left.toLocaleString("en")}`;
  }

  function apply() {
    choose();
    paintMaps();
    report();
    select();
  }

  function mark() {
    for (const old of document.querySelectorAll("td.picked")) old.classList.remove("picked");
    picked?.anchor.parentElement?.classList.add("picked");
  }

  /** @param {Picked | null} to @param {number | null} study */
  function go(to, study) {
    picked = to;
    alone = study;
    mark();
    select();
    at("h-studies").scrollIntoView();
    at("h-studies").focus({ preventScroll: true });
  }

  /** Move in a map by arrow keys. @param {KeyboardEvent} event @param {HTMLAnchorElement} anchor */
  function move(event, anchor) {
    const box = /** @type {HTMLTableCellElement} */ (anchor.closest("td"));
    const row = /** @type {HTMLTableRowElement} */ (box.parentElement);
    const rows = /** @type {HTMLTableSectionElement} */ (row.parentElement).rows;
    const across = { ArrowLeft: -1, ArrowRight: 1 }[event.key] || 0;
    const down = { ArrowUp: -1, ArrowDown: 1 }[event.key] || 0;
    if (!across && !down) return;
    event.preventDefault();
    let x = box.cellIndex + across;
    let y = row.sectionRowIndex + down;
    while (y >= 0 && y < rows.length && x > 0 && x < rows[y].cells.length) {
      const next = rows[y].cells[x].querySelector("a");
      if (next) {
        anchor.tabIndex = -1;
        next.tabIndex = 0;
        next.focus();
        return;
      }
      x += across;
      y += down;
    }
  }

  function save() {
    const address = at("file-findings").getAttribute("href").split(",")[1];
    const bytes = Uint8Array.from(atob(address), (char) => char.charCodeAt(0));
    const rows = new TextDecoder().decode(bytes).split("\n");
    const some = picked || alone !== null;
    const here = new Set(matched);
    const kept = rows.filter((_, place) => {
      if (place === 0) return true;
      const index = place - 1;
      if (index >= data.study.length) return false;
      if (picked) return hits.has(index);
      return some ? here.has(data.study[index]) : Boolean(inFindings[index]);
    });
    const made = URL.createObjectURL(new Blob([kept.join("\n") + "\n"], { type: "text/csv" }));
    const link = document.createElement("a");
    link.href = made;
    link.download = "chosen-findings.csv";
    link.click();
    setTimeout(() => URL.revokeObjectURL(made), 1000);
  }

  for (const map of Object.keys(data.maps)) {
    const grid = at(`map-${map}`);
    anchors[map] = [];
    if (!grid) continue;
    for (const anchor of grid.querySelectorAll("td a")) {
      const cell = Number(anchor.getAttribute("href").slice(map.length + 2));
      anchors[map][cell] = anchor;
      anchor.tabIndex = -1;
    }
    const first = grid.querySelector("td a");
    if (first) first.tabIndex = 0;
    grid.addEventListener("click", (/** @type {MouseEvent} */ event) => {
      const anchor = /** @type {HTMLAnchorElement | null} */ (
        /** @type {Element} */ (event.target).closest("td a")
      );
      if (!anchor) return;
      event.preventDefault();
      go({ map, cell: anchors[map].indexOf(anchor), anchor }, null);
    });
    grid.addEventListener("keydown", (/** @type {KeyboardEvent} */ event) => {
      const anchor = /** @type {Element} */ (event.target).closest("td a");
      if (anchor) move(event, /** @type {HTMLAnchorElement} */ (anchor));
    });
  }
  document.addEventListener("click", (event) => {
    const link = /** @type {Element} */ (event.target).closest('a[href^="#s-"]');
    if (!link) return;
    event.preventDefault();
    go(null, Number((link.getAttribute("href") || "").slice(3)));
  });
  form.addEventListener("submit", (event) => event.preventDefault());
  form.addEventListener("input", () => {
    alone = null;
    apply();
  });
  form.addEventListener("reset", () => setTimeout(apply));
  at("more").addEventListener("click", () => {
    const first = shown;
    shown += PAGE;
    const opened = new Set(matched.slice(0, first).filter((study) => all[study].open));
    fill(matched.slice(0, shown));
    for (const study of matched.slice(0, first)) all[study].open = opened.has(study);
    all[matched[first]].querySelector("summary")?.focus();
  });
  at("back").addEventListener("click", () => {
    picked?.anchor.scrollIntoView({ block: "center", inline: "center" });
    picked?.anchor.focus();
  });
  at("leave").addEventListener("click", () => go(null, null));
  at("save").addEventListener("click", save);
  // Paper has no button to show more: what was chosen is printed whole.
  addEventListener("beforeprint", () => list.replaceChildren(...matched.map((study) => all[study])));
  addEventListener("afterprint", () => fill(matched.slice(0, shown)));

  for (const node of document.querySelectorAll(".js")) /** @type {any} */ (node).hidden = false;
  for (const node of document.querySelectorAll(".nojs")) /** @type {any} */ (node).hidden = true;
  form.hidden = false;
  document.body.classList.add("ready");
  apply();
})();
