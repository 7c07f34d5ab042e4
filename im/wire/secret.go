package wire

import (
	"errors"
	"fmt"
	"log/slog"
	"net/url"
)

const hidden = "***"

// Secret is a key or signature that no log, screen or report may show: every way of printing it gives ***. The zero
// Secret is empty. The text is behind a pointer so that printing a struct with an unexported Secret field, where fmt
// cannot call methods, shows an address.
type Secret struct{ text *string }

// NewSecret wraps a secret text.
func NewSecret(text string) Secret { return Secret{text: &text} }

// Reveal returns the text itself.
func (s Secret) Reveal() string {
	if s.text == nil {
		return ""
	}
	return *s.text
}

// IsEmpty tells whether there is no text.
func (s Secret) IsEmpty() bool { return s.Reveal() == "" }

// String implements fmt.Stringer.
func (s Secret) String() string { return hidden }

// GoString implements fmt.GoStringer.
func (s Secret) GoString() string { return hidden }

// Format implements fmt.Formatter, so that no verb reaches the text.
func (s Secret) Format(f fmt.State, _ rune) { _, _ = f.Write([]byte(hidden)) }

// LogValue implements slog.LogValuer.
func (s Secret) LogValue() slog.Value { return slog.StringValue(hidden) }

// MarshalText implements encoding.TextMarshaler, for JSON and TOML alike.
func (s Secret) MarshalText() ([]byte, error) { return []byte(hidden), nil }

// UnmarshalText implements encoding.TextUnmarshaler.
func (s *Secret) UnmarshalText(text []byte) error {
	*s = NewSecret(string(text))
	return nil
}

// WithoutURL returns of a failed HTTP call the network's own words alone: the URL around them may hold a secret.
func WithoutURL(err error) error {
	var call *url.Error
	if errors.As(err, &call) {
		return call.Err
	}
	return err
}
