"""The demonstration: two fictional alliances that have lived through two years, up to the day it is loaded.

The tables (places, people, history, today) say who there is and what happens; the real actions do it,
with the clock moved. Every school, place and person is invented, and every address is at example.org.
"""
