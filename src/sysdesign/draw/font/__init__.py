"""The font of the pictures: a part of Inter (SIL Open Font License 1.1, see OFL.txt)."""
