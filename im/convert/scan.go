package convert

import (
	"bytes"
	"encoding/json"
	"errors"
	"iter"
	"math"
	"strconv"
	"strings"
	"unicode/utf8"
)

// errSyntax is reported for text that is no JSON document.
var errSyntax = errors.New("not JSON")

// Scanner reads a JSON document once, from front to back, without an intermediate form: a flood of messages costs a
// tenth of what encoding/json takes for the same frames (BenchmarkPushDecode).
//
// It is lenient about types and strict about structure. A value of another type than asked for reads as zero, so that
// one odd field costs that field only; a document that ends early or is no JSON makes the scanner fail, which
// ends all loops. Look at Err when done.
type Scanner struct {
	data  []byte
	pos   int
	err   error
	names *Interner
}

// NewScanner returns a scanner of a document. Names that come again share their memory in names, which may be nil.
func NewScanner(data []byte, names *Interner) *Scanner { return &Scanner{data: data, names: names} }

// Err returns what made the scanner fail, nil as long as the document was one.
func (s *Scanner) Err() error { return s.err }

// fail stops the scanner for good.
func (s *Scanner) fail() {
	s.err = errSyntax
	s.pos = len(s.data)
}

// Peek returns the first byte of the next value without consuming it, 0 at the end.
func (s *Scanner) Peek() byte {
	for s.pos < len(s.data) {
		switch b := s.data[s.pos]; b {
		case ' ', '\t', '\n', '\r':
			s.pos++
		default:
			return b
		}
	}
	return 0
}

// accept consumes b if it comes next.
func (s *Scanner) accept(b byte) bool {
	if s.Peek() != b {
		return false
	}
	s.pos++
	return true
}

// Object ranges over the keys of an object; the loop's body must consume the value of each. What is no object has no
// keys.
func (s *Scanner) Object() iter.Seq[string] {
	return func(yield func(string) bool) {
		if !s.accept('{') {
			s.Skip()
			return
		}
		for first := true; s.err == nil && !s.accept('}'); first = false {
			if !first && !s.accept(',') {
				s.fail()
				return
			}
			key := s.key()
			if !s.accept(':') {
				s.fail()
				return
			}
			if !yield(key) {
				return
			}
		}
	}
}

// Array ranges over the indices of an array; the loop's body must consume each value. What is no array is empty.
func (s *Scanner) Array() iter.Seq[int] {
	return func(yield func(int) bool) {
		if !s.accept('[') {
			s.Skip()
			return
		}
		for i := 0; s.err == nil && !s.accept(']'); i++ {
			if i > 0 && !s.accept(',') {
				s.fail()
				return
			}
			if !yield(i) {
				return
			}
		}
	}
}

// key reads an object's key, shared with earlier ones of the same name.
func (s *Scanner) key() string {
	span, escaped := s.stringSpan()
	if escaped {
		return unescape(span)
	}
	return s.names.Get(span[1 : len(span)-1])
}

// Text reads a string.
func (s *Scanner) Text() string {
	if s.Peek() != '"' {
		s.Skip()
		return ""
	}
	span, escaped := s.stringSpan()
	if escaped {
		return unescape(span)
	}
	return toText(span[1 : len(span)-1])
}

// Name reads a string that is likely to come again (a user, a group, a type) and shares its memory.
func (s *Scanner) Name() string {
	if s.Peek() != '"' {
		s.Skip()
		return ""
	}
	span, escaped := s.stringSpan()
	if escaped {
		return unescape(span)
	}
	return s.names.Get(span[1 : len(span)-1])
}

// Number reads an integer, also one that is written as a string or with a fraction.
func (s *Scanner) Number() int64 {
	switch b := s.Peek(); {
	case b == '"':
		span, _ := s.stringSpan()
		return parseNumber(span[1 : len(span)-1])
	case b == '-' || b >= '0' && b <= '9':
		start := s.pos
		s.skipLiteral()
		return parseNumber(s.data[start:s.pos])
	case b == 't':
		s.Skip()
		return 1
	default:
		s.Skip()
		return 0
	}
}

// Flag reads a boolean in any of the forms that the service uses: 1, "1", true.
func (s *Scanner) Flag() bool { return s.Number() != 0 }

// fraction reads a number with a fraction.
func (s *Scanner) fraction() float64 {
	value, err := strconv.ParseFloat(string(bytes.Trim(s.Raw(), `"`)), 64)
	if err != nil || math.IsNaN(value) || math.IsInf(value, 0) {
		return 0
	}
	return value
}

// Raw returns the text of the next value; it aliases the document.
func (s *Scanner) Raw() []byte {
	s.Peek()
	start := s.pos
	s.Skip()
	if s.err != nil {
		return nil
	}
	return s.data[start:s.pos]
}

// Skip consumes one value of any type. It counts brackets and does not recurse, so depth costs nothing.
func (s *Scanner) Skip() {
	switch s.Peek() {
	case 0, ',', ':', ']', '}':
		s.fail()
	case '"':
		s.stringSpan()
	case '{', '[':
		s.skipNested()
	default:
		s.skipLiteral()
	}
}

func (s *Scanner) skipNested() {
	depth := 0
	for s.pos < len(s.data) {
		switch s.data[s.pos] {
		case '"':
			s.stringSpan()
			continue
		case '{', '[':
			depth++
		case '}', ']':
			depth--
		}
		s.pos++
		if depth == 0 {
			return
		}
	}
	s.fail()
}

func (s *Scanner) skipLiteral() {
	for s.pos < len(s.data) {
		switch s.data[s.pos] {
		case ',', ']', '}', ':', ' ', '\t', '\n', '\r', '"', '{', '[':
			return
		}
		s.pos++
	}
}

// stringSpan consumes a string and returns it with its quotes, and whether it holds escapes.
func (s *Scanner) stringSpan() (span []byte, escaped bool) {
	if s.Peek() != '"' {
		s.fail()
		return []byte(`""`), false
	}
	start := s.pos
	for at := start + 1; at < len(s.data); {
		end := bytes.IndexByte(s.data[at:], '"')
		if end < 0 {
			break
		}
		end += at
		if !escapesQuote(s.data[start+1 : end]) {
			s.pos = end + 1
			span = s.data[start:s.pos]
			return span, bytes.IndexByte(span, '\\') >= 0
		}
		at = end + 1
	}
	s.fail()
	return []byte(`""`), false
}

// escapesQuote tells whether the text ends in an odd number of backslashes, so that a quote after it is no end.
func escapesQuote(text []byte) bool {
	odd := false
	for i := len(text) - 1; i >= 0 && text[i] == '\\'; i-- {
		odd = !odd
	}
	return odd
}

// unescape decodes a quoted string with escapes; what is no valid string decodes to "".
func unescape(span []byte) string {
	var text string
	if err := json.Unmarshal(span, &text); err != nil {
		return ""
	}
	return text
}

func toText(raw []byte) string {
	if utf8.Valid(raw) {
		return string(raw)
	}
	return strings.ToValidUTF8(string(raw), "\uFFFD")
}

func parseNumber(digits []byte) int64 {
	text := string(digits)
	if value, err := strconv.ParseInt(text, 10, 64); err == nil {
		return value
	}
	value, err := strconv.ParseFloat(text, 64)
	if err != nil || !(math.Abs(value) < 1<<53) {
		return 0
	}
	return int64(value)
}
