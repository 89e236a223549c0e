"""The bundled casebooks: practice and knowledge records, with their sources."""
