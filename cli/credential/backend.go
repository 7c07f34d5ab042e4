package credential

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"strconv"
	"strings"
	"time"

	"reddot/config"
	"reddot/im/convert"
	"reddot/im/wire"
)

// backendPatience is how long the user's backend may take.
const backendPatience = 10 * time.Second

// Backend is the user's own server, which has the key and signs for users that it knows.
type Backend struct {
	// URL is asked; {user} and {app_id} in it are replaced.
	URL     string
	Request config.UserSigRequest
	// User is who must sign for the application AppID.
	User  string
	AppID int64
	Texts convert.Texts
	// HTTPClient is for tests; nil is one that follows no redirect.
	HTTPClient *http.Client
}

// Sign asks the backend, each time a signature is needed.
func (b Backend) Sign(ctx context.Context) (wire.Secret, error) {
	ctx, cancel := context.WithTimeout(ctx, backendPatience)
	defer cancel()
	signature, err := b.ask(ctx)
	if err != nil {
		return wire.Secret{}, fmt.Errorf(b.Texts.Pick("usersig_url（%s）没有给出 UserSig：%w", "usersig_url (%s) gave no UserSig: %w"), b.shown(), err)
	}
	return signature, nil
}

func (b Backend) ask(ctx context.Context) (wire.Secret, error) {
	request, err := b.request(ctx)
	if err != nil {
		return wire.Secret{}, err
	}
	client := b.HTTPClient
	if client == nil {
		// A redirect would carry the headers, which are secrets, to somewhere that was not configured.
		client = &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	}
	response, err := client.Do(request)
	if err != nil {
		return wire.Secret{}, wire.WithoutURL(err)
	}
	defer response.Body.Close()
	if response.StatusCode != http.StatusOK {
		return wire.Secret{}, fmt.Errorf("HTTP %d", response.StatusCode)
	}
	text, err := io.ReadAll(io.LimitReader(response.Body, maxText+1))
	switch {
	case err != nil:
		return wire.Secret{}, wire.WithoutURL(err)
	case len(text) > maxText:
		return wire.Secret{}, errors.New(b.Texts.Pick("应答超过 64 KB", "the answer has more than 64 KB"))
	}
	return single(signatureIn(text), b.Texts)
}

// request builds the request. The address was checked with the configuration; it is checked again here because what
// stands in for {user} must not change the host.
func (b Backend) request(ctx context.Context) (*http.Request, error) {
	filled := strings.NewReplacer("{user}", url.QueryEscape(b.User), "{app_id}", strconv.FormatInt(b.AppID, 10)).Replace(b.URL)
	target, err := url.Parse(filled)
	if err != nil {
		return nil, errors.New(b.Texts.Pick("地址不合法", "the address is no URL"))
	}
	if target.Scheme != "https" && !config.Loopback(target.Hostname()) {
		return nil, errors.New(b.Texts.Pick("需要 https", "https is required"))
	}
	var body io.Reader
	if b.Request.Method == http.MethodPost {
		text, err := json.Marshal(map[string]any{"user": b.User, "appId": b.AppID})
		if err != nil {
			return nil, err
		}
		body = bytes.NewReader(text)
	}
	request, err := http.NewRequestWithContext(ctx, cmp.Or(b.Request.Method, http.MethodGet), target.String(), body)
	if err != nil {
		return nil, errors.New(b.Texts.Pick("地址不合法", "the address is no URL"))
	}
	if body != nil {
		request.Header.Set("Content-Type", "application/json")
	}
	for name, value := range b.Request.Headers {
		filled, err := b.fromEnvironment(value)
		if err != nil {
			return nil, err
		}
		request.Header.Set(name, filled)
	}
	return request, nil
}

// fromEnvironment replaces $NAME by that variable, which must be set: a backend would refuse half a header without a word why.
func (b Backend) fromEnvironment(value wire.Secret) (string, error) {
	var missing error
	filled := os.Expand(value.Reveal(), func(name string) string {
		found, ok := os.LookupEnv(name)
		if !ok {
			missing = fmt.Errorf(b.Texts.Pick("环境变量 %s 没有设置", "the variable %s is not set"), name)
		}
		return found
	})
	return filled, missing
}

// shown is the address without its query and user info, which may hold secrets.
func (b Backend) shown() string {
	parsed, err := url.Parse(b.URL)
	if err != nil {
		return "?"
	}
	return parsed.Scheme + "://" + parsed.Host + parsed.Path
}

// signatureIn finds the signature in an answer: a field of JSON, a JSON string, or the text itself.
func signatureIn(answer []byte) string {
	var value any
	if json.Unmarshal(answer, &value) != nil {
		return string(answer)
	}
	const depth = 3 // {"data":{"result":{"userSig":...}}}
	return field(value, depth)
}

// field looks for a field named userSig in any spelling: usersig, user_sig, UserSig.
func field(value any, depth int) string {
	if text, ok := value.(string); ok {
		return text
	}
	object, _ := value.(map[string]any)
	for name, inside := range object {
		if text, ok := inside.(string); ok && strings.EqualFold(strings.ReplaceAll(name, "_", ""), "usersig") {
			return text
		}
	}
	for _, inside := range object {
		nested, ok := inside.(map[string]any)
		if !ok || depth == 1 {
			continue
		}
		if found := field(nested, depth-1); found != "" {
			return found
		}
	}
	return ""
}
