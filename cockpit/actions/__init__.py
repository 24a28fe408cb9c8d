"""What an operator can do, as data: the table that feeds keys, footer, help, palette and docs."""
