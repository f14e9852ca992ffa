"""Pages that everybody may see: a product behind the code on its card, clean and quick on a phone."""
