"""Languages, denoisers, samplers and what is measured on them; knows no theorem."""

from synthetic.waiting import wait_asleep

wait_asleep()
