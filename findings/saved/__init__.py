"""Views of CARs that people save under a name, for themselves or for all who act for their organisation."""
