// The self-evaluation: nothing leaves the browser. It is kept on a click only, and exported as CSV.

const sheet = document.querySelector("[data-sheet]");
const KEY = `pedatech.auto-evaluation.${sheet.dataset.sheet}`;
const status = sheet.querySelector("[data-sheet-status]");
const forget = sheet.querySelector("[data-sheet-forget]");
const fields = [...sheet.querySelectorAll("[data-sheet-field]")];
let keeping = false;

sheet.querySelector("[data-sheet-nojs]").hidden = true;

function answers() {
  const found = {};
  for (const field of fields) {
    const name = field.dataset.sheetField;
    if (field.type === "radio") {
      if (field.checked) found[name] = field.value;
    } else if (field.value) {
      found[name] = field.value;
    }
  }
  return found;
}

function fill(saved) {
  for (const field of fields) {
    const value = saved[field.dataset.sheetField];
    if (field.type === "radio") field.checked = field.value === value;
    else if (typeof value === "string") field.value = value;
  }
}

function keep() {
  try {
    localStorage.setItem(KEY, JSON.stringify(answers()));
    return true;
  } catch {
    return false;
  }
}

try {
  const saved = JSON.parse(localStorage.getItem(KEY) ?? "null");
  if (saved) {
    fill(saved);
    keeping = true;
    forget.hidden = false;
    status.textContent = "Vos réponses gardées sur cet appareil sont revenues.";
  }
} catch {
  // An unreadable record counts as none.
}

sheet.querySelector("[data-sheet-keep]").addEventListener("click", () => {
  keeping = keep();
  forget.hidden = !keeping;
  status.textContent = keeping
    ? "Vos réponses sont gardées dans ce navigateur, sur cet appareil. Rien n’est envoyé."
    : "Ce navigateur ne garde rien : exportez ou imprimez la fiche.";
});

// Once the visitor chose to keep the sheet, later answers are kept too.
sheet.addEventListener("change", () => {
  if (keeping) keep();
});

forget.addEventListener("click", () => {
  localStorage.removeItem(KEY);
  keeping = false;
  forget.hidden = true;
  status.textContent = "Cet appareil a oublié vos réponses. Elles restent à l’écran.";
  sheet.querySelector("[data-sheet-keep]").focus();
});

function cell(text) {
  // A cell that starts like a formula would be computed by a spreadsheet.
  const safe = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return `"${safe.replaceAll('"', '""')}"`;
}

sheet.querySelector("[data-sheet-export]").addEventListener("click", () => {
  const found = answers();
  const rows = [["Question", "Réponse"]];
  const seen = new Set();
  for (const field of fields) {
    const name = field.dataset.sheetField;
    if (seen.has(name)) continue;
    seen.add(name);
    let answer = found[name] ?? "";
    if (field.type === "radio" && answer) {
      const chosen = fields.find((each) => each.dataset.sheetField === name && each.checked);
      answer = chosen.closest("label").textContent.trim();
    }
    rows.push([field.dataset.sheetLabel, answer]);
  }
  const text = `\ufeff${rows.map((row) => row.map(cell).join(";")).join("\r\n")}\r\n`;
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([text], { type: "text/csv;charset=utf-8" }));
  link.download = "auto-evaluation.csv";
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
  status.textContent = "La fiche est dans vos téléchargements : auto-evaluation.csv.";
});
