package emulator

import (
	"context"
	"crypto/hmac"
	"encoding/base64"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"path"
	"strconv"
	"strings"
	"time"

	"reddot/im/wire"
)

// cmdUploadURL is how the Web SDK asks where to put a file (docs/server.md).
const cmdUploadURL = "im_cos_msg.pre_sig"

// uploadTime is how long a file may be put to the place that was named for it.
const uploadTime = 15 * time.Minute

// mediaHandler takes and serves the files of messages.
//
//	POST /media?sdkappid=&identifier=&usersig=&type=image|sound|video|file&name=
//	     stores the body for a user and answers with what a message needs
//	PUT  /media/KEY/NAME?...   stores the body where cmdUploadURL said
//	GET  /media/TOKEN/NAME   serves a file to those who may see it (media_address.go)
func (s *Server) mediaHandler() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("POST /media", s.postMedia)
	mux.HandleFunc("PUT /media/{key}/{name}", s.putMedia)
	mux.HandleFunc("GET /media/{token}/{name}", s.getMedia)
	return allowPages(mux)
}

// allowPages lets the pages use the files that guard lets in.
func allowPages(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if origin := r.Header.Get("Origin"); origin != "" {
			w.Header().Set("Access-Control-Allow-Origin", origin)
			w.Header().Set("Access-Control-Allow-Methods", "GET, HEAD, PUT, POST")
			w.Header().Set("Access-Control-Allow-Headers", "Content-Type")
			w.Header().Add("Vary", "Origin")
		}
		if r.Method == http.MethodOptions {
			w.WriteHeader(http.StatusNoContent)
			return
		}
		next.ServeHTTP(w, r)
	})
}

// mediaSign signs what may be done with a file.
func (s *Server) mediaSign(parts ...string) string {
	return base64.RawURLEncoding.EncodeToString(s.ticketMAC("media:" + strings.Join(parts, "\n")))
}

func (s *Server) mediaSigned(sign string, parts ...string) bool {
	return hmac.Equal([]byte(sign), []byte(s.mediaSign(parts...)))
}

type uploadURLRequest struct {
	FileType int    `json:"file_type"`
	FileName string `json:"file_name"`
}

type uploadURLReply struct {
	wire.Result
	UploadURL   string `json:"upload_url"`
	DownloadURL string `json:"download_url"`
	ExpiredTime int64  `json:"expired_time"` // Unix seconds
	RequestID   string `json:"request_id"`
}

// uploadURL tells where the client may put a file, and where it will be found.
func (r *request) uploadURL(body uploadURLRequest) (any, error) {
	return r.uploadPlace(body.FileType, body.FileName)
}

func (r *request) uploadPlace(fileType int, fileName string) (uploadURLReply, error) {
	s := r.c.server
	kind, known := kindOfNumber(fileType)
	if !known {
		return uploadURLReply{}, &wire.Error{Code: wire.CodeMsgRequest, Info: fmt.Sprintf("file type %d is unknown", fileType)}
	}
	key, name, expires := newMediaKey(), mediaName(fileName), s.core.Now()+int64(uploadTime/time.Second)
	until := strconv.FormatInt(expires, 10)
	query := url.Values{
		"type": {string(kind)}, "expires": {until}, "user": {r.user.ID}, "sign": {s.mediaSign("put", key, r.user.ID, string(kind), until)},
	}
	return uploadURLReply{
		Result: wire.OK(), UploadURL: s.mediaAddress(r.c.host, key, name, query), DownloadURL: s.mediaURL(r.c.host, key, name, r.user.UID),
		ExpiredTime: expires, RequestID: key,
	}, nil
}

// forgetMedia removes all files, beside whatever else goes on.
func (s *Server) forgetMedia() {
	go func() {
		if err := s.media.clear(); err != nil {
			s.log.Error("Cannot remove the files of messages", "error", err)
		}
	}()
}

// mediaName is a name that is fit for an address.
func mediaName(name string) string {
	name = path.Base(strings.ReplaceAll(name, `\`, "/"))
	if name == "." || name == "/" || name == ".." || len(name) > 200 {
		return "file"
	}
	return name
}

func (s *Server) putMedia(w http.ResponseWriter, r *http.Request) {
	query, key := r.URL.Query(), r.PathValue("key")
	kind, until, user := mediaKind(query.Get("type")), query.Get("expires"), query.Get("user")
	expires, err := strconv.ParseInt(until, 10, 64)
	if err != nil || !s.mediaSigned(query.Get("sign"), "put", key, user, string(kind), until) {
		http.Error(w, "this address was not given out by this server", http.StatusForbidden)
		return
	}
	if s.core.Now() > expires {
		http.Error(w, "this address has expired; ask for a new one", http.StatusForbidden)
		return
	}
	if _, err := s.media.store(key, kind, r.Body); err != nil {
		http.Error(w, err.Error(), mediaStatus(err))
		return
	}
	if err := s.core.AddFile(r.Context(), user, key); err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
	}
}

func mediaStatus(err error) int {
	var refused *mediaError
	if errors.As(err, &refused) {
		return refused.status
	}
	return http.StatusInsufficientStorage
}

// mediaReply has what the elements of a message need (rest-api.md section 3.2).
type mediaReply struct {
	wire.Result
	UUID           string      `json:"UUID"`
	URL            string      `json:"Url"`
	FileName       string      `json:"FileName"`
	Size           int64       `json:"Size"`
	ImageFormat    int         `json:"ImageFormat,omitempty"`
	ImageInfoArray []imageInfo `json:"ImageInfoArray,omitempty"`
}

// imageInfo is one size of an image: 1 as it is, 2 large, 3 thumbnail.
type imageInfo struct {
	Type   int    `json:"Type"`
	Size   int64  `json:"Size"`
	Width  int    `json:"Width"`
	Height int    `json:"Height"`
	URL    string `json:"URL"`
}

// postMedia stores a file for a user who proves to be one by a signature.
func (s *Server) postMedia(w http.ResponseWriter, r *http.Request) {
	query := r.URL.Query()
	reply, err := s.upload(query, r)
	if err != nil {
		writeMediaReply(w, wire.Reply{Result: resultOf(err)})
		return
	}
	writeMediaReply(w, reply)
}

func writeMediaReply(w http.ResponseWriter, reply any) {
	text, err := wire.Marshal(reply)
	if err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	_, _ = w.Write(text) // a client that went away needs no answer
}

func (s *Server) upload(query url.Values, r *http.Request) (any, error) {
	if query.Get("sdkappid") != strconv.FormatInt(s.options.AppID, 10) {
		return nil, &wire.Error{Code: wire.CodeBadAppID, Info: "sdkappid is not that of this server"}
	}
	t, err := s.verify(query.Get("identifier"), query.Get("usersig"))
	if err != nil {
		return nil, err
	}
	account, err := s.core.Login(r.Context(), t.User, t.Signed)
	if err != nil {
		return nil, err
	}
	key, name := newMediaKey(), mediaName(query.Get("name"))
	file, err := s.media.store(key, mediaKind(query.Get("type")), r.Body)
	if err != nil {
		var refused *mediaError
		if errors.As(err, &refused) {
			return nil, &wire.Error{Code: wire.CodeGroupParam, Info: refused.Error()}
		}
		return nil, err
	}
	if err := s.core.AddFile(r.Context(), t.User, key); err != nil {
		return nil, err
	}
	reply := mediaReply{Result: wire.OK(), UUID: key, URL: s.mediaURL(r.Host, key, name, account.UID), FileName: name, Size: file.size}
	if file.format != 0 {
		reply.ImageFormat, reply.ImageInfoArray = file.format, s.imageInfos(reply.URL, file)
	}
	return reply, nil
}

func (s *Server) imageInfos(address string, file mediaFile) []imageInfo {
	infos := []imageInfo{{Type: 1, Size: file.size, Width: file.width, Height: file.height, URL: address}}
	for i, side := range []int{largeSide, thumbSide} {
		info := imageInfo{Type: i + 2, Size: file.size, Width: file.width, Height: file.height, URL: address}
		if small, found := file.smaller[side]; found {
			info.Size, info.Width, info.Height = small.size, small.width, small.height
			info.URL = address + "?" + imageView(side)
		}
		infos = append(infos, info)
	}
	return infos
}

// imageView asks for a smaller image, as the Web SDK does: it adds this to the address.
func imageView(side int) string { return fmt.Sprintf("imageView2/3/w/%d/h/%d", side, side) }

func (s *Server) getMedia(w http.ResponseWriter, r *http.Request) {
	key, account, ok := s.openMediaToken(r.Host, r.PathValue("token"))
	if !ok {
		http.Error(w, "this address was not given out by this server", http.StatusForbidden)
		return
	}
	if allowed, err := s.maySee(r.Context(), account, key); err != nil || !allowed {
		http.Error(w, "who was told this address may not see the file, or no longer", http.StatusForbidden)
		return
	}
	side := 0
	for _, small := range []int{thumbSide, largeSide} {
		if strings.Contains(r.URL.RawQuery, imageView(small)) || strings.Contains(r.URL.RawQuery, url.QueryEscape(imageView(small))) {
			side = small
		}
	}
	s.media.serve(w, r, key, side)
}

// maySee: the app admin sees all files.
func (s *Server) maySee(ctx context.Context, account uint32, key string) (bool, error) {
	if admin, known := s.core.Account(s.options.Admin); known && admin.UID == account {
		return true, nil
	}
	return s.core.MaySee(ctx, account, key)
}

// addressToAdmin makes the addresses in what the app's server gets its own.
func (s *Server) addressToAdmin(text []byte) []byte {
	admin, _ := s.core.Account(s.options.Admin)
	return s.addressTo(admin.UID, text)
}
