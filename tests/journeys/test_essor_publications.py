"""A partner finds a study and its file: in three clicks, without JavaScript, by keyboard."""

import re

from playwright.sync_api import expect

STUDY = "AMAC – Abandon, Mobilisation et Accroche des stagiaires en CISP"
