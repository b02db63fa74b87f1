"""The composition root: builds every part from Settings."""
