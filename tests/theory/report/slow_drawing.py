"""Draws figures in two processes onto a slow disk, for a test that interrupts it: folder."""

import os
import signal
import sys
import time
from pathlib import Path

import pandas as pd
from matplotlib.figure import Figure

from theory.report.figures.draw import Plan, draw_all

os.fsync = lambda fd: time.sleep(0.3)  # workers read this file too


def draw(_: pd.DataFrame) -> Figure:
    return Figure(figsize=(1, 1))


if __name__ == "__main__":
    signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell may have it ignored
    named = [Plan(f"figure-{number}", "title", "text", draw) for number in range(20)]
    draw_all([(plan, pd.DataFrame()) for plan in named], Path(sys.argv[1]), 2)
