package wire

import (
	"bytes"
	"encoding/json"
	"fmt"
	"reflect"
	"strconv"
	"sync"
)

// buffers are reused because every frame and every reply passes through one.
var buffers = sync.Pool{New: func() any { return new(bytes.Buffer) }}

// maxPooledBuffer keeps one huge reply from pinning its memory for good.
const maxPooledBuffer = 64 << 10

// Marshal encodes v without the HTML escapes of encoding/json, which would make Chinese shop talk with "&" and "<"
// longer than what was typed.
func Marshal(v any) ([]byte, error) { return AppendMarshal(nil, v) }

// AppendMarshal appends the encoding of v, as [Marshal] makes it, to dst.
func AppendMarshal(dst []byte, v any) ([]byte, error) {
	buf := buffers.Get().(*bytes.Buffer)
	defer release(buf)
	buf.Reset()
	enc := json.NewEncoder(buf)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(v); err != nil {
		return dst, fmt.Errorf("encode %T: %w", v, err)
	}
	return append(dst, bytes.TrimSuffix(buf.Bytes(), []byte{'\n'})...), nil
}

func release(buf *bytes.Buffer) {
	if buf.Cap() <= maxPooledBuffer {
		buffers.Put(buf)
	}
}

// Unmarshal decodes a request or reply body into v. An empty body counts as {}.
func Unmarshal(body []byte, v any) error {
	if len(bytes.TrimSpace(body)) == 0 {
		return nil
	}
	if err := json.Unmarshal(body, v); err != nil {
		return fmt.Errorf("decode %T: %w", v, err)
	}
	return nil
}

// List is a list that the reader cannot do without: nil is written as [].
type List[T any] []T

// MarshalJSON implements json.Marshaler.
func (l List[T]) MarshalJSON() ([]byte, error) {
	if l == nil {
		return []byte("[]"), nil
	}
	return Marshal([]T(l))
}

// Int is an integer that Tencent documents both as a JSON number and as a string of digits. It is written as a number.
type Int int64

// UnmarshalJSON implements json.Unmarshaler. The empty string counts as 0.
func (i *Int) UnmarshalJSON(data []byte) error {
	text := string(bytes.Trim(data, `"`))
	if text == "" || text == "null" {
		return nil
	}
	n, err := strconv.ParseInt(text, 10, 64)
	if err != nil { // in the form to which the decoder adds the field's name
		return &json.UnmarshalTypeError{Value: fmt.Sprintf("value that is no integer (%.40q)", text), Type: reflect.TypeFor[Int]()}
	}
	*i = Int(n)
	return nil
}

// Value is the value of a profile field, a string or a number on the wire. Its form is kept.
type Value struct {
	Text   string // the string, or the number as it was written
	Number bool
}

// TextValue makes a string value.
func TextValue(text string) Value { return Value{Text: text} }

// MarshalJSON implements json.Marshaler.
func (v Value) MarshalJSON() ([]byte, error) {
	if v.Number && json.Valid([]byte(v.Text)) {
		return []byte(v.Text), nil
	}
	return Marshal(v.Text)
}

// UnmarshalJSON implements json.Unmarshaler. Neither a string nor a number is an error.
func (v *Value) UnmarshalJSON(data []byte) error {
	var text string
	if err := json.Unmarshal(data, &text); err == nil {
		*v = Value{Text: text}
		return nil
	}
	var number json.Number
	if err := json.Unmarshal(data, &number); err != nil {
		return fmt.Errorf("decode profile value %.40q: want a string or a number", data)
	}
	*v = Value{Text: number.String(), Number: true}
	return nil
}
