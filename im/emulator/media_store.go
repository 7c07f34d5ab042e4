package emulator

import (
	"bytes"
	"crypto/rand"
	"encoding/base32"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"mime"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"reddot/im/wire"
)

// mediaKind is what a file is in a message.
type mediaKind string

const (
	mediaImage mediaKind = "image"
	mediaSound mediaKind = "sound"
	mediaVideo mediaKind = "video"
	mediaOther mediaKind = "file"
)

// maxMedia is how large files may be, in bytes (rest-api.md section 8.2).
var maxMedia = map[mediaKind]int64{mediaImage: 28 << 20, mediaSound: 28 << 20, mediaVideo: 100 << 20, mediaOther: 100 << 20}

// kindOfNumber reads file_type of the Web SDK.
func kindOfNumber(n int) (mediaKind, bool) {
	kind, known := map[int]mediaKind{1: mediaImage, 2: mediaVideo, 3: mediaSound, 255: mediaOther}[n]
	return kind, known
}

// mediaError refuses a file.
type mediaError struct {
	status int // of HTTP
	reason string
}

func (e *mediaError) Error() string { return e.reason }

// mediaFile is a stored file. Format is that of an image by its number on the wire, 0 for
// other files; smaller are the images made of it, by the length of their shorter side.
type mediaFile struct {
	size          int64
	format        int
	width, height int
	smaller       map[int]mediaFile
}

// mediaStore keeps files in a directory, each under its key. An empty directory name is a
// temporary one, made at the first need and removed at the end.
type mediaStore struct {
	mu        sync.Mutex
	dir       string
	temporary bool
	images    sync.Mutex // one image is made smaller at a time: each takes much memory
}

func newMediaKey() string {
	random := make([]byte, 15)
	_, _ = rand.Read(random) // never fails
	return strings.ToLower(base32.StdEncoding.EncodeToString(random))
}

// validMediaKey keeps addresses from leading elsewhere.
func validMediaKey(key string) bool {
	return len(key) == 24 && !strings.ContainsFunc(key, func(r rune) bool { return (r < 'a' || r > 'z') && (r < '2' || r > '7') })
}

// open returns the directory, which is there afterwards.
func (m *mediaStore) open() (string, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.dir != "" {
		return m.dir, os.MkdirAll(m.dir, 0o700)
	}
	dir, err := os.MkdirTemp("", "reddot-media-")
	if err != nil {
		return "", err
	}
	m.dir, m.temporary = dir, true
	return dir, nil
}

// close removes what was only kept as long as the server runs.
func (m *mediaStore) close() error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if !m.temporary {
		return nil
	}
	return os.RemoveAll(m.dir)
}

// clear forgets all files.
func (m *mediaStore) clear() error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.dir == "" {
		return nil
	}
	return os.RemoveAll(m.dir)
}

// store writes a file under its key. Errors are *mediaError where the file is to blame.
func (m *mediaStore) store(key string, kind mediaKind, body io.Reader) (mediaFile, error) {
	limit, known := maxMedia[kind]
	if !known {
		return mediaFile{}, &mediaError{http.StatusBadRequest, "type is image, sound, video or file"}
	}
	dir, err := m.open()
	if err != nil {
		return mediaFile{}, fmt.Errorf("make the directory for media: %w", err)
	}
	part, err := os.CreateTemp(dir, "part-")
	if err != nil {
		return mediaFile{}, fmt.Errorf("store media: %w", err)
	}
	defer os.Remove(part.Name())
	file, err := fill(part, kind, limit, body)
	if closeErr := part.Close(); err == nil && closeErr != nil {
		err = fmt.Errorf("store media: %w", closeErr)
	}
	if err != nil {
		return mediaFile{}, err
	}
	target := filepath.Join(dir, key)
	if kind == mediaImage {
		m.images.Lock()
		file, err = describeImage(part.Name(), target, file)
		m.images.Unlock()
		if err != nil {
			return mediaFile{}, err
		}
	}
	return file, os.Rename(part.Name(), target)
}

// read returns a whole file that is small enough for a frame.
func (m *mediaStore) read(key string) ([]byte, error) {
	dir, err := m.open()
	if err != nil || !validMediaKey(key) {
		return nil, errors.Join(fs.ErrNotExist, err)
	}
	file, err := os.Open(filepath.Join(dir, key))
	if err != nil {
		return nil, err
	}
	defer file.Close()
	return io.ReadAll(io.LimitReader(file, wire.MaxFrame))
}

func fill(part *os.File, kind mediaKind, limit int64, body io.Reader) (mediaFile, error) {
	size, err := io.Copy(part, io.LimitReader(body, limit+1))
	switch {
	case err != nil:
		return mediaFile{}, fmt.Errorf("store media: %w", err)
	case size == 0:
		return mediaFile{}, &mediaError{http.StatusBadRequest, "the file is empty"}
	case size > limit:
		return mediaFile{}, &mediaError{http.StatusRequestEntityTooLarge, fmt.Sprintf("a file of type %s has at most %d bytes", kind, limit)}
	}
	if err := part.Sync(); err != nil {
		return mediaFile{}, fmt.Errorf("store media: %w", err)
	}
	found, err := sniff(part)
	if err != nil {
		return mediaFile{}, fmt.Errorf("store media: %w", err)
	}
	if !fits(kind, found) {
		return mediaFile{}, &mediaError{http.StatusUnsupportedMediaType, fmt.Sprintf("this is no %s, but %s", kind, found)}
	}
	return mediaFile{size: size}, nil
}

// sniff tells the type of a file by how it begins.
func sniff(file io.ReaderAt) (string, error) {
	head := make([]byte, 512)
	n, err := file.ReadAt(head, 0)
	if err != nil && !errors.Is(err, io.EOF) {
		return "", err
	}
	head = head[:n]
	found := http.DetectContentType(head)
	if found == "application/octet-stream" && n > 12 && bytes.Equal(head[4:8], []byte("ftyp")) {
		return "video/mp4", nil // QuickTime and its like, which the standard library does not know
	}
	return found, nil
}

func fits(kind mediaKind, found string) bool {
	main, _, _ := strings.Cut(found, "/")
	switch kind {
	case mediaImage:
		return main == "image"
	case mediaVideo:
		return main == "video"
	case mediaSound: // many recordings begin like nothing that is known
		return main != "image" && main != "text"
	}
	return true
}

// serve answers with a file, or with the smaller image made of it, if there is one.
func (m *mediaStore) serve(w http.ResponseWriter, r *http.Request, key string, side int) {
	dir, err := m.open()
	if err != nil || !validMediaKey(key) {
		http.NotFound(w, r)
		return
	}
	path := filepath.Join(dir, key)
	if side > 0 {
		if _, err := os.Stat(smallerPath(path, side)); err == nil {
			path = smallerPath(path, side)
		}
	}
	file, err := os.Open(path)
	if errors.Is(err, fs.ErrNotExist) {
		http.NotFound(w, r)
		return
	}
	if err != nil {
		http.Error(w, "the file cannot be read", http.StatusInternalServerError)
		return
	}
	defer file.Close()
	found, err := sniff(file)
	if err != nil {
		http.Error(w, "the file cannot be read", http.StatusInternalServerError)
		return
	}
	header := w.Header()
	// A copy is good for ever, but whether its holder may still see it is asked each time.
	header.Set("Cache-Control", "private, no-cache")
	header.Set("ETag", `"`+filepath.Base(path)+`"`)
	header.Set("X-Content-Type-Options", "nosniff")
	main, _, _ := strings.Cut(found, "/")
	if main != "image" && main != "audio" && main != "video" { // nothing that a browser would run
		found = "application/octet-stream"
		header.Set("Content-Disposition", mime.FormatMediaType("attachment", map[string]string{"filename": r.PathValue("name")}))
	}
	header.Set("Content-Type", found)
	http.ServeContent(w, r, "", time.Time{}, file)
}
