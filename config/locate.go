package config

import (
	"bytes"
	"strings"
)

// lineOf finds the line of a dotted key in a file that parsed: the line in its table that assigns the
// last part, or the table's own line. It returns 0 when the key stands nowhere.
func lineOf(text []byte, key string) int {
	table, name := "", key
	if cut := strings.LastIndexByte(key, '.'); cut >= 0 {
		table, name = key[:cut], key[cut+1:]
	}
	current, tableLine := "", 0
	for number, line := range bytes.Split(text, []byte("\n")) {
		trimmed := strings.TrimSpace(string(line))
		if header, ok := strings.CutPrefix(trimmed, "["); ok {
			current, _, _ = strings.Cut(strings.TrimPrefix(header, "["), "]")
			if current == table || current == key && tableLine == 0 {
				tableLine = number + 1
			}
			continue
		}
		assigned, _, ok := strings.Cut(trimmed, "=")
		if ok && current == table && strings.TrimSpace(assigned) == name {
			return number + 1
		}
	}
	if tableLine == 0 && table != "" {
		return lineOf(text, table) // an inline table: the line that assigns it
	}
	return tableLine
}
