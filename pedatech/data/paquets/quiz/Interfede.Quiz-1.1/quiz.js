// A quiz for H5P: one question at a time, radio buttons, the answer said aloud. No library of
// others. H5P finds the class by its name: `new Interfede.Quiz(content, id)`, `attach(container)`.
var Interfede = window.Interfede || {};

Interfede.Quiz = function (content, id, extras) {
  H5P.EventDispatcher.call(this);
  const questions = content.questions || [];
  const before = extras?.previousState ?? {};
  // Where the person stands: kept by the page around the activity, for those who signed in.
  const state = {
    number: questions[before.number] ? before.number : 0,
    right: questions[before.number] ? before.right : 0,
  };

  function make(tag, text, className) {
    const made = document.createElement(tag);
    if (text) made.textContent = text;
    if (className) made.className = className;
    return made;
  }

  this.getCurrentState = () => ({ ...state });

  this.attach = ($container) => {
    const root = $container.get(0);

    const show = (number) => {
      const question = questions[number];
      // No form: a sandbox lets none be sent, not even to a script of its own.
      const form = make("div", "", "quiz");
      const group = make("fieldset");
      group.append(make("legend", `Question ${number + 1} sur ${questions.length} : ${question.text}`));
      question.answers.forEach((answer, position) => {
        const label = make("label", "", "quiz__answer");
        const radio = make("input");
        radio.type = "radio";
        radio.name = "reponse";
        radio.value = position;
        label.append(radio, make("span", answer));
        group.append(label);
      });
      const button = make("button", "Vérifier");
      button.type = "button";
      const said = make("p", "", "quiz__said");
      said.setAttribute("role", "status");
      form.append(group, button, said);
      button.addEventListener("click", () => {
        const chosen = group.querySelector("input:checked");
        if (!chosen) {
          said.textContent = "Choisissez une réponse.";
          return;
        }
        const isRight = Number(chosen.value) === question.right;
        state.right += isRight ? 1 : 0;
        state.number = number + 1;
        this.triggerXAPI("progressed");
        said.textContent = `${isRight ? "C’est juste." : "Pas tout à fait."} ${question.why}`;
        group.disabled = true;
        button.remove();
        const next = make("button", number + 1 < questions.length ? "Question suivante" : "Voir le résultat");
        next.type = "button";
        next.addEventListener("click", () => (number + 1 < questions.length ? show(number + 1) : end()));
        form.append(next);
        next.focus();
      });
      root.replaceChildren(form);
      if (number) group.querySelector("input").focus();
    };

    const end = () => {
      const { right } = state;
      this.trigger("finish", { score: right, maxScore: questions.length });
      const box = make("div", "", "quiz");
      const text = make("p", `Vous avez ${right} bonne${right > 1 ? "s" : ""} réponse${right > 1 ? "s" : ""} sur ${questions.length}.`);
      text.setAttribute("role", "status");
      text.tabIndex = -1;
      const again = make("button", "Recommencer");
      again.addEventListener("click", () => {
        state.number = state.right = 0;
        show(0);
      });
      box.append(text, again);
      root.replaceChildren(box);
      text.focus();
    };

    if (questions.length) show(state.number);
  };
};
