-- Schema 5: a cover of its own for a contact.
-- Never edited once released; the next change is the next file.

-- The name of a profile, or mode and seconds (core.cover_text); NULL: as for everybody.
ALTER TABLE contact ADD COLUMN cover TEXT;
