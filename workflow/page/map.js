"use strict";
// The map in this file: lists of tumours and genes, and for each the strongest dependencies.
const map = JSON.parse(document.getElementById("data").textContent);
const bytes = (text) => Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0)).buffer;
// Whole numbers, lowest byte first on every machine that a browser runs on; the smallest is "missing".
const whole = (text) => new Int16Array(bytes(text));
const places = (text) => new Int32Array(bytes(text));
const scaled = (numbers, unit) => Array.from(numbers, (value) => (value === -32768 ? null : value / unit));

const strongest = (part) => ({
  place: places(part.place),
  score: scaled(whole(part.score), map.units.score),
  sd: scaled(whole(part.sd), map.units.score),
  relative: scaled(whole(part.relative), map.units.relative),
});
const ofTumors = strongest(map.of_tumors);
const ofGenes = strongest(map.of_genes);

const digits = (count) => (cell) => (cell.getValue() === null ? "–" : cell.getValue().toFixed(count));
const number = (title, field, count, tip) => ({
  title, field, hozAlign: "right", sorter: "number", formatter: digits(count), headerTooltip: tip,
  sorterParams: { alignEmptyValues: "bottom" },
});
const SCORE = "predicted score; lower is a stronger dependency";
const RELATIVE = "score less the gene's mean over the tumours, in its standard deviations";
const SPREAD = "standard deviation of the prediction over models of other folds and seeds";
const SKILL = "correlation of predicted and measured scores over cell lines that the model had not seen";

const tumors = map.tumors.name.map((name, row) => ({
  row, name, group: map.groups[map.tumors.group[row]], beyond: map.tumors.beyond[row],
  top: map.genes.name[ofTumors.place[row * map.of_tumors.each]],
}));
const genes = map.genes.name.map((name, row) => ({
  row, name, r: map.genes.r[row], mean: map.genes.mean[row], sd: map.genes.sd[row],
}));

function rows(part, each, first, describe) {
  const found = [];
  for (let place = first * each; place < (first + 1) * each; place += 1) {
    found.push({
      rank: place - first * each + 1, ...describe(part.place[place]),
      score: part.score[place], sd: part.sd[place], relative: part.relative[place],
    });
  }
  return found;
}

const layout = { layout: "fitColumns", height: 380, placeholder: "nothing found" };
const tumorTable = new Tabulator("#tumors", {
  ...layout, data: tumors, index: "row",
  columns: [
    { title: "tumour", field: "name", widthGrow: 2 }, { title: "cancer type", field: "group" },
    number("beyond", "beyond", 2, "share of held-out cell lines nearer to the training lines; near 1 is an extrapolation"),
    { title: "strongest", field: "top", headerTooltip: "gene of lowest relative score" },
  ],
});
const geneTable = new Tabulator("#genes", {
  ...layout, data: genes, index: "row",
  columns: [
    { title: "gene", field: "name" }, number("r (held-out lines)", "r", 2, SKILL),
    number("mean", "mean", 2, "mean score of the tumours"), number("SD", "sd", 2, "between tumours"),
  ],
});
let chosenTable = null;

function show(title, text, data, columns) {
  document.getElementById("chosen-title").textContent = title;
  document.getElementById("chosen-text").textContent = text;
  if (chosenTable) chosenTable.destroy();
  chosenTable = new Tabulator("#chosen-table", { ...layout, data, columns });
}
const scores = [
  number("score", "score", 2, SCORE), number("± SD", "sd", 2, SPREAD), number("relative", "relative", 2, RELATIVE),
];
function showTumor(row) {
  const tumor = tumors[row];
  const data = rows(ofTumors, map.of_tumors.each, row, (place) => ({ gene: genes[place].name, r: genes[place].r }));
  show(`Tumour ${tumor.name} (${tumor.group})`,
    `${map.of_tumors.each} genes of lowest relative score; r says how well the model predicts the gene at all.`, data,
    [number("rank", "rank", 0), { title: "gene", field: "gene" }, ...scores, number("r (held-out lines)", "r", 2, SKILL)]);
}
function showGene(row) {
  const gene = genes[row];
  const data = rows(ofGenes, map.of_genes.each, row, (place) => ({ tumor: tumors[place].name, group: tumors[place].group }));
  const r = gene.r === null ? "not known" : gene.r.toFixed(2);
  show(`Gene ${gene.name}`, `${map.of_genes.each} tumours of lowest score; r on held-out cell lines: ${r}.`, data,
    [number("rank", "rank", 0), { title: "tumour", field: "tumor" }, { title: "cancer type", field: "group" }, ...scores]);
}

function search(text) {
  const wanted = text.trim().toLowerCase();
  const has = (value) => String(value).toLowerCase().includes(wanted);
  tumorTable.setFilter((row) => has(row.name) || has(row.group) || has(row.top));
  geneTable.setFilter((row) => has(row.name));
  document.getElementById("found").textContent = wanted
    ? `${tumorTable.getDataCount("active")} tumours, ${geneTable.getDataCount("active")} genes` : "";
}
const setHash = (kind, name) => history.replaceState(null, "", `#${kind}=${encodeURIComponent(name)}`);
// A link can name what to show: #tumor=ID, #gene=SYMBOL or #search=TEXT
function fromHash() {
  const [kind, name] = decodeURIComponent(location.hash.slice(1)).split(/=(.*)/s);
  const list = { tumor: tumors, gene: genes }[kind];
  const row = list ? list.findIndex((entry) => entry.name === name) : -1;
  if (kind === "search") {
    document.getElementById("search").value = name;
    search(name);
  } else if (row >= 0) {
    (kind === "tumor" ? showTumor : showGene)(row);
  } else if (list) {
    document.getElementById("found").textContent = `no ${kind} ${name} in this map`;
  }
}
tumorTable.on("rowClick", (_, row) => { showTumor(row.getIndex()); setHash("tumor", row.getData().name); });
geneTable.on("rowClick", (_, row) => { showGene(row.getIndex()); setHash("gene", row.getData().name); });
document.getElementById("search").addEventListener("input", (event) => search(event.target.value));
addEventListener("hashchange", fromHash);
let built = 0;
for (const table of [tumorTable, geneTable]) table.on("tableBuilt", () => { built += 1; if (built === 2) fromHash(); });
