"""Write series.csv, the embedded time series: three years of hourly temperatures of a town that does not exist.

    python data/series/generate.py            rewrite series.csv
    python data/series/generate.py --check    say whether series.csv is what this script would write

Standard library only. The same seed gives the same bytes on every machine and every Python from 3.11 on.

The temperature is the sum of a yearly cycle, a daily cycle that clouds make flatter, warm and cold spells that come
and go over days, fronts that let it drop by several degrees within two or three hours, and a little noise.
"""

import argparse
import datetime
import math
import random
import sys
from pathlib import Path

PATH = Path(__file__).resolve().parent / "series.csv"

SEED = 20260801
FIRST_HOUR = datetime.datetime(2021, 1, 1, tzinfo=datetime.UTC)
HOURS = 3 * 365 * 24
MEAN, YEARLY_SWING, DAILY_SWING = 9.5, 11.0, 4.5  # °C
WARMEST_DAY, WARMEST_HOUR = 200, 15
SPELL_HOURS, SPELL_SIZE = 70, 3.2  # how long warm and cold spells last, and how strong they are, in °C
CLOUD_HOURS = 18
FRONT_EVERY = 130  # hours on average; twice as often after a warm spell as after a cold one
FRONT_DROP = (3.0, 9.0)  # °C
FRONT_RECOVERY_HOURS = 40
NOISE = 0.25  # °C


def temperatures():
    """Yield (hours since 1970, temperature in °C rounded to 0.1) for every hour."""
    dice = random.Random(SEED)
    spell, clouds, front, falling = 0.0, 0.0, 0.0, 0.0
    first = int(FIRST_HOUR.timestamp()) // 3600
    for hour in range(HOURS):
        year = math.cos(2 * math.pi * (hour / 24 - WARMEST_DAY) / 365)
        day = math.cos(2 * math.pi * (hour % 24 - WARMEST_HOUR) / 24)
        spell += -spell / SPELL_HOURS + SPELL_SIZE * math.sqrt(2 / SPELL_HOURS) * dice.gauss(0, 1)
        clouds += -clouds / CLOUD_HOURS + math.sqrt(2 / CLOUD_HOURS) * dice.gauss(0, 1)
        clear_sky = 1 / (1 + math.exp(2 * clouds))  # 0 overcast, 1 clear: the daily cycle is strong under a clear sky
        chance = (4 / 3 if spell > 0 else 2 / 3) / FRONT_EVERY
        if dice.random() < chance:
            falling += dice.uniform(*FRONT_DROP)
        passing, falling = 0.5 * falling, 0.5 * falling
        front -= passing + front / FRONT_RECOVERY_HOURS
        swing = DAILY_SWING * (0.3 + 1.4 * clear_sky) * (1 + 0.35 * year)
        value = MEAN + YEARLY_SWING * year + swing * day + spell + front + NOISE * dice.gauss(0, 1)
        yield first + hour, round(value, 1) + 0.0


def content():
    """The whole file as text."""
    return "time,temperature\n" + "".join(f"{time},{value:.1f}\n" for time, value in temperatures())


def main():
    parser = argparse.ArgumentParser(description="Write series.csv.")
    parser.add_argument("--check", action="store_true", help="write nothing; exit 1 when series.csv is out of step")
    arguments = parser.parse_args()
    text = content()
    if arguments.check:
        there = PATH.read_bytes() if PATH.is_file() else b""
        if there != text.encode("ascii"):
            print("series.csv is not what generate.py writes; run it without --check")
            return 1
        print("series.csv is what generate.py writes")
        return 0
    PATH.write_bytes(text.encode("ascii"))
    print(f"{HOURS} hours, {PATH.stat().st_size} bytes")
    return 0


if __name__ == "__main__":
    sys.exit(main())
