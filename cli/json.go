package cli

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"unicode"
	"unicode/utf8"
)

// writeJSON writes one JSON object a line, with <, > and & as they are.
func writeJSON[T any](to io.Writer, rows ...T) error {
	var line bytes.Buffer
	encoder := json.NewEncoder(&line)
	encoder.SetEscapeHTML(false)
	for _, row := range rows {
		line.Reset()
		if err := encoder.Encode(row); err != nil {
			return err
		}
		if _, err := to.Write(escapeControls(line.Bytes())); err != nil {
			return err
		}
	}
	return nil
}

// escapeControls spells out what JSON lets stand as it is and a terminal obeys all the same. To programs it is the same text.
func escapeControls(line []byte) []byte {
	if !bytes.ContainsFunc(line, obeyed) {
		return line
	}
	var escaped []byte
	for _, r := range string(line) {
		if obeyed(r) {
			escaped = fmt.Appendf(escaped, `\u%04x`, r)
		} else {
			escaped = utf8.AppendRune(escaped, r)
		}
	}
	return escaped
}

// obeyed says whether a terminal takes a character for more than a sign: the control characters that JSON does not escape
// (DEL and the 8-bit ones), and what turns the direction of text.
func obeyed(r rune) bool {
	return r >= 0x7f && unicode.IsControl(r) || unicode.Is(unicode.Bidi_Control, r)
}
