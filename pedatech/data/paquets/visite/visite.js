const rooms = [
  ["L’accueil", "On vous reçoit, on vous écoute."],
  ["L’atelier", "On apprend un métier en le faisant."],
  ["La salle de cours", "On révise les savoirs de base."],
  ["La cuisine", "On mange ensemble à midi."],
];
let here = 0;

for (const button of document.querySelectorAll("[data-vers]")) {
  button.addEventListener("click", () => {
    here = (here + Number(button.dataset.vers) + rooms.length) % rooms.length;
    document.getElementById("lieu").textContent = rooms[here][0];
    document.getElementById("texte").textContent = rooms[here][1];
    document.querySelector(".vue").style.backgroundPosition = `${here * 33}% 0`;
  });
}
