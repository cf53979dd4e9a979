"""An application (办件): what only this kind of case has."""
