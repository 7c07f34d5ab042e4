package wire

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"strconv"
	"unicode/utf8"

	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zlib"
)

// MaxFrame is the largest frame and the largest REST body, compressed or not, in bytes.
const MaxFrame = 1 << 20

// Errors of frames. They are wrapped; test with errors.Is.
var (
	ErrFrameTooLarge = errors.New("frame is larger than 1 MB")
	ErrNotUTF8       = errors.New("frame is not UTF-8")
	ErrNoCommand     = errors.New("frame has no head.servcmd")
	ErrChecksum      = errors.New("cs is not the CRC-32 of the body")
)

// RequestHead is the head of a frame from client to server.
type RequestHead struct {
	Ver           string `json:"ver"`                     // "v4"
	Platform      int    `json:"platform"`                // see PlatformWeb
	WebSDKAppID   int64  `json:"websdkappid"`             // constant of the SDK
	WebSDKVersion string `json:"websdkversion"`           // version of the SDK's protocol layer
	Identifier    string `json:"identifier,omitempty"`    // only before login
	UserSig       string `json:"usersig,omitempty"`       // only before login
	A2            string `json:"a2,omitempty"`            // ticket: A2Key of the login reply
	TinyID        string `json:"tinyid,omitempty"`        // TinyId of the login reply
	StatusInstID  int64  `json:"status_instid,omitempty"` // InstId of the login reply
	SDKAppID      int64  `json:"sdkappid"`
	ContentType   string `json:"contenttype"` // "json"
	ReqTime       int64  `json:"reqtime"`     // seconds
	SDKAbility    int64  `json:"sdkability"`
	SDKAbilityExt string `json:"sdkability_ext"`
	CAppID        int64  `json:"cappid"`
	CS            uint32 `json:"cs"` // CRC-32 (IEEE) of the body text, 0 where there is none
	ServCmd       string `json:"servcmd"`
	Seq           uint32 `json:"seq"`
}

// Head is the head of a frame from server to client. The pair of command and sequence names the request it answers.
type Head struct {
	ServCmd string `json:"servcmd"`
	Seq     uint32 `json:"seq"`
}

// Request is a frame from client to server. Body is the text exactly as it came.
type Request struct {
	Head RequestHead     `json:"head"`
	Body json.RawMessage `json:"body"`
}

// Frame is a frame from server to client, a reply or a push. Body is the text exactly as it came.
type Frame struct {
	Head Head            `json:"head"`
	Body json.RawMessage `json:"body"`
}

// IsPush tells whether the frame was sent by the server of its own accord.
func (f Frame) IsPush() bool {
	switch f.Head.ServCmd {
	case CmdPush, CmdForceOffline:
		return true
	}
	return false
}

// EncodeRequest encodes the body, puts its checksum into the head, except for the commands that carry none, and
// returns the frame. A nil body is sent as {}.
func EncodeRequest(head RequestHead, body any) ([]byte, error) {
	text, err := bodyText(body)
	if err != nil {
		return nil, err
	}
	head.CS = 0
	if !withoutChecksum(head.ServCmd) {
		head.CS = crc32.ChecksumIEEE(text)
	}
	return joinFrame(head, text)
}

// EncodeFrame encodes a reply or a push. A nil body is sent as {}; a json.RawMessage is sent as it is.
func EncodeFrame(servCmd string, seq uint32, body any) ([]byte, error) {
	text, err := bodyText(body)
	if err != nil {
		return nil, err
	}
	if size := len(text) + len(servCmd) + 64; size > MaxFrame {
		return nil, fmt.Errorf("encode %s: %d bytes: %w", servCmd, size, ErrFrameTooLarge)
	}
	return AppendFrame(make([]byte, 0, len(text)+len(servCmd)+64), servCmd, seq, text), nil
}

// AppendFrame appends a reply or push with an already encoded body to dst. The body must be valid JSON and the command
// one of this package's names.
func AppendFrame(dst []byte, servCmd string, seq uint32, body []byte) []byte {
	dst = append(dst, `{"head":{"servcmd":`...)
	dst = strconv.AppendQuote(dst, servCmd)
	dst = append(dst, `,"seq":`...)
	dst = strconv.AppendUint(dst, uint64(seq), 10)
	dst = append(dst, `},"body":`...)
	dst = append(dst, body...)
	return append(dst, '}')
}

func bodyText(body any) ([]byte, error) {
	raw, isRaw := body.(json.RawMessage)
	switch {
	case body == nil, isRaw && len(raw) == 0:
		return []byte("{}"), nil
	case isRaw:
		return raw, nil
	}
	return Marshal(body)
}

func joinFrame(head RequestHead, body []byte) ([]byte, error) {
	frame, err := AppendMarshal([]byte(`{"head":`), head)
	if err != nil {
		return nil, err
	}
	frame = append(frame, `,"body":`...)
	frame = append(frame, body...)
	frame = append(frame, '}')
	if len(frame) > MaxFrame {
		return nil, fmt.Errorf("encode request: %d bytes: %w", len(frame), ErrFrameTooLarge)
	}
	return frame, nil
}

// DecodeRequest decodes a frame from a client. The checksum is not verified, see [Request.VerifyChecksum].
func DecodeRequest(data []byte) (Request, error) {
	var r Request
	if err := decodeFrame(data, &r); err != nil {
		return Request{}, fmt.Errorf("decode request: %w", err)
	}
	if r.Head.ServCmd == "" {
		return Request{}, fmt.Errorf("decode request: %w", ErrNoCommand)
	}
	return r, nil
}

// DecodeFrame decodes a frame from the server, compressed or not.
func DecodeFrame(data []byte) (Frame, error) {
	plain, err := Decompress(data)
	if err != nil {
		return Frame{}, err
	}
	var f Frame
	if err := decodeFrame(plain, &f); err != nil {
		return Frame{}, fmt.Errorf("decode frame: %w", err)
	}
	if f.Head.ServCmd == "" {
		return Frame{}, fmt.Errorf("decode frame: %w", ErrNoCommand)
	}
	return f, nil
}

func decodeFrame(data []byte, v any) error {
	if len(data) > MaxFrame {
		return fmt.Errorf("%d bytes: %w", len(data), ErrFrameTooLarge)
	}
	// encoding/json checks UTF-8 only where it makes strings, and bodies stay raw.
	if !utf8.Valid(data) {
		return ErrNotUTF8
	}
	return json.Unmarshal(data, v)
}

// VerifyChecksum compares cs with the body. A missing or zero cs is accepted: several commands carry none.
func (r Request) VerifyChecksum() error {
	if r.Head.CS == 0 || r.Head.CS == crc32.ChecksumIEEE(r.Body) {
		return nil
	}
	return fmt.Errorf("%s seq %d: %w", r.Head.ServCmd, r.Head.Seq, ErrChecksum)
}

// compressedMark begins a compressed frame from server to client; a zlib or gzip stream of the JSON text follows.
var compressedMark = []byte("COMP")

// Compress returns the frame in its compressed form. Only a client that asked for it in its URL (compress=gzip)
// understands it, and only on binary frames.
func Compress(frame []byte) ([]byte, error) {
	var out bytes.Buffer
	out.Write(compressedMark)
	w := gzip.NewWriter(&out)
	if _, err := w.Write(frame); err != nil {
		return nil, fmt.Errorf("compress frame: %w", err)
	}
	if err := w.Close(); err != nil {
		return nil, fmt.Errorf("compress frame: %w", err)
	}
	return out.Bytes(), nil
}

// Decompress returns the JSON text of a frame. A frame without the mark is returned as it is. What would grow beyond
// [MaxFrame] is refused.
func Decompress(frame []byte) ([]byte, error) {
	stream, ok := bytes.CutPrefix(frame, compressedMark)
	if !ok {
		return frame, nil
	}
	r, err := openStream(stream)
	if err != nil {
		return nil, fmt.Errorf("decompress frame: neither zlib nor gzip: %w", err)
	}
	defer r.Close()
	return readBounded(r, MaxFrame)
}

func openStream(stream []byte) (io.ReadCloser, error) {
	if bytes.HasPrefix(stream, []byte{0x1f, 0x8b}) {
		return gzip.NewReader(bytes.NewReader(stream))
	}
	return zlib.NewReader(bytes.NewReader(stream))
}

func readBounded(r io.Reader, limit int64) ([]byte, error) {
	plain, err := io.ReadAll(io.LimitReader(r, limit+1))
	if err != nil {
		return nil, fmt.Errorf("decompress: %w", err)
	}
	if int64(len(plain)) > limit {
		return nil, fmt.Errorf("decompress: %w", ErrFrameTooLarge)
	}
	return plain, nil
}
