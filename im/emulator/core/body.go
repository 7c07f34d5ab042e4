package core

import (
	"bytes"
	"encoding/json"
)

// element is one part of a message body.
type element struct {
	Type    string          `json:"MsgType"`
	Content json.RawMessage `json:"MsgContent"`
}

// checkBody looks whether a body is an array of elements whose content has the types that receivers rely on. Elements of
// unknown types pass as they are.
func checkBody(body json.RawMessage, code int) error {
	elements, err := elementsOf(body, code)
	if err != nil {
		return err
	}
	custom := 0
	for _, e := range elements {
		if !e.readable() {
			return refuse(code, "the MsgContent of a %s has a field that is missing or of the wrong type", e.Type)
		}
		if e.Type == "TIMCustomElem" {
			custom++
		}
	}
	if custom > 1 {
		return refuse(code, "a message has at most one TIMCustomElem, this one %d", custom)
	}
	return nil
}

// elementsOf takes a body apart; one without elements is refused.
func elementsOf(body json.RawMessage, code int) ([]element, error) {
	if !bytes.HasPrefix(bytes.TrimLeft(body, " \t\r\n"), []byte("[")) {
		return nil, refuse(code, "MsgBody must be an array of elements")
	}
	var elements []element
	if err := json.Unmarshal(body, &elements); err != nil || len(elements) == 0 {
		return nil, refuse(code, "MsgBody must be an array of elements with MsgType and MsgContent")
	}
	for _, e := range elements {
		if e.Type == "" || !bytes.HasPrefix(e.Content, []byte("{")) {
			return nil, refuse(code, "every element of MsgBody needs MsgType and MsgContent")
		}
	}
	return elements, nil
}

// readable looks at the fields of rest-api.md section 3.2 that clients read without a second look. Only the text of a text
// element has to be there.
func (e element) readable() bool {
	switch e.Type {
	case "TIMTextElem":
		var content struct{ Text *string }
		return json.Unmarshal(e.Content, &content) == nil && content.Text != nil
	case "TIMCustomElem":
		return json.Unmarshal(e.Content, &struct{ Data, Desc, Ext, Sound string }{}) == nil
	case "TIMFaceElem":
		return json.Unmarshal(e.Content, &struct {
			Index int64
			Data  string
		}{}) == nil
	case "TIMLocationElem":
		return json.Unmarshal(e.Content, &struct {
			Desc                string
			Latitude, Longitude float64
		}{}) == nil
	}
	return true
}
