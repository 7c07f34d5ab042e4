package cli

import (
	"encoding/json"
	"io"
)

// writeJSON writes one JSON object a line, with <, > and & as they are.
func writeJSON[T any](to io.Writer, rows ...T) error {
	encoder := json.NewEncoder(to)
	encoder.SetEscapeHTML(false)
	for _, row := range rows {
		if err := encoder.Encode(row); err != nil {
			return err
		}
	}
	return nil
}
