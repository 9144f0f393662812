"""A partner finds a study and its file: in three clicks, without JavaScript, by keyboard."""

STUDY = "AMAC – Abandon, Mobilisation et Accroche des stagiaires en CISP"
