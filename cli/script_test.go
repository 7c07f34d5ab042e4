package cli

import (
	"bytes"
	"compress/zlib"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"reddot/im/emulator"
	"reddot/im/wire"
)

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){
		"reddot": func() { os.Exit(Main(os.Args[1:], os.Stdin, os.Stdout, os.Stderr)) },
	})
}

const (
	scriptApp = 1400000000
	scriptKey = "key-of-the-scripts"
)

// TestScripts runs the commands as a user does, each script with a home of its own.
func TestScripts(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir: "testdata",
		Setup: func(env *testscript.Env) error {
			env.Setenv("HOME", env.WorkDir)
			env.Setenv("XDG_CONFIG_HOME", env.WorkDir+"/config")
			env.Setenv("XDG_DATA_HOME", env.WorkDir+"/data")
			env.Setenv("XDG_RUNTIME_DIR", env.WorkDir)
			env.Setenv("DBUS_SESSION_BUS_ADDRESS", "unix:path="+env.WorkDir+"/no-bus") // never the keyring of whoever runs the test
			env.Setenv("LANG", "en_US.UTF-8")
			env.Setenv("APP", strconv.Itoa(scriptApp))
			return nil
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){"server": startServer, "sign": sign, "holds": holds, "exits": exits, "configure": configure, "private": private},
	})
}

// startServer ("server [EDITION]") runs an embedded server in this process, with two groups of the user anchor, and sets
// SERVER to its HOST:PORT.
func startServer(ts *testscript.TestScript, _ bool, arguments []string) {
	options := emulator.Options{Data: emulator.Memory, AppID: scriptApp, SecretKey: wire.NewSecret(scriptKey)}
	if len(arguments) > 0 {
		options.Edition = emulator.Edition(arguments[0])
	}
	server, err := emulator.New(options)
	ts.Check(err)
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	ts.Check(err)
	ctx, stop := context.WithCancel(context.Background())
	served := make(chan error, 1)
	go func() { served <- server.Serve(ctx, listener) }()
	ts.Defer(func() { stop(); <-served; _ = server.Close() })
	address := listener.Addr().String()
	ts.Setenv("SERVER", address)

	call := func(command string, body map[string]any) { ts.Check(post(address, command, body)) }
	for _, user := range []string{"anchor", "guide"} {
		call("im_open_login_svc/account_import", map[string]any{"UserID": user})
	}
	for id, kind := range map[string]string{"shop": "Public", "meet": "ChatRoom"} {
		call("group_open_http_svc/create_group", map[string]any{
			"Type": kind, "GroupId": id, "Name": id, "Owner_Account": "anchor", "MemberList": []any{map[string]any{"Member_Account": "guide"}},
		})
		call("group_open_http_svc/send_group_msg", map[string]any{
			"GroupId": id, "From_Account": "anchor", "Random": len(id), "NeedReadReceipt": 1,
			"MsgBody": []any{map[string]any{"MsgType": "TIMTextElem", "MsgContent": map[string]any{"Text": "hello"}}},
		})
	}
}

// post calls the REST API as its admin.
func post(address, command string, body any) error {
	signature, err := signedAt("administrator", time.Now(), time.Hour)
	if err != nil {
		return err
	}
	text, err := json.Marshal(body)
	if err != nil {
		return err
	}
	query := url.Values{
		"sdkappid": {strconv.Itoa(scriptApp)}, "identifier": {"administrator"}, "usersig": {signature}, "random": {"1"}, "contenttype": {"json"},
	}
	response, err := http.Post("http://"+address+"/v4/"+command+"?"+query.Encode(), "application/json", bytes.NewReader(text))
	if err != nil {
		return err
	}
	defer response.Body.Close()
	answer, err := io.ReadAll(response.Body)
	if err == nil && !bytes.Contains(answer, []byte(`"ErrorCode":0`)) {
		err = fmt.Errorf("%s: %s", command, answer)
	}
	return err
}

// sign ("sign FILE USER LIFE") writes a UserSig of an hour ago that lives that long from now.
func sign(ts *testscript.TestScript, _ bool, arguments []string) {
	life, err := time.ParseDuration(arguments[2])
	ts.Check(err)
	signature, err := signedAt(arguments[1], time.Now().Add(-time.Hour), life+time.Hour)
	ts.Check(err)
	ts.Check(os.WriteFile(ts.MkAbs(arguments[0]), []byte(signature), 0o600))
}

// signedAt signs as the service's own library does, which knows only signatures that begin now (rest-api, section 1.4).
func signedAt(user string, made time.Time, life time.Duration) (string, error) {
	mac := hmac.New(sha256.New, []byte(scriptKey))
	fmt.Fprintf(mac, "TLS.identifier:%s\nTLS.sdkappid:%d\nTLS.time:%d\nTLS.expire:%d\n", user, scriptApp, made.Unix(), int(life.Seconds()))
	plain, err := json.Marshal(map[string]any{
		"TLS.ver": "2.0", "TLS.identifier": user, "TLS.sdkappid": scriptApp, "TLS.time": made.Unix(), "TLS.expire": int(life.Seconds()),
		"TLS.sig": mac.Sum(nil),
	})
	if err != nil {
		return "", err
	}
	var packed bytes.Buffer
	writer := zlib.NewWriter(&packed)
	_, err = writer.Write(plain)
	encoded := strings.NewReplacer("+", "*", "/", "-", "=", "_")
	err = errors.Join(err, writer.Close())
	return encoded.Replace(base64.StdEncoding.EncodeToString(packed.Bytes())), err
}

// exits ("exits CODE COMMAND...") runs a command that must end with that exit code.
func exits(ts *testscript.TestScript, _ bool, arguments []string) {
	var ended *exec.ExitError
	code := 0
	if err := ts.Exec(arguments[1], arguments[2:]...); errors.As(err, &ended) {
		code = ended.ExitCode()
	} else {
		ts.Check(err)
	}
	if fmt.Sprint(code) != arguments[0] {
		ts.Fatalf("exit code %d instead of %s", code, arguments[0])
	}
}

// holds ("[!] holds FILE VALUEFILE") says whether the text of the second file stands anywhere in the first, "stdout" and
// "stderr" being those of the last command.
func holds(ts *testscript.TestScript, negated bool, arguments []string) {
	value := ts.ReadFile(arguments[1])
	if found := bytes.Contains([]byte(ts.ReadFile(arguments[0])), []byte(value)); found == negated {
		ts.Fatalf("%s holds the text of %s: %v", arguments[0], arguments[1], found)
	}
}

// configure writes the configuration, with the profiles shop and signed on the server, and open.toml, which others can read.
func configure(ts *testscript.TestScript, _ bool, _ []string) {
	shop := fmt.Sprintf("[profiles.shop]\nserver = \"http://%s\"\napp_id = %d\nuser = \"anchor\"\n", ts.Getenv("SERVER"), scriptApp)
	signed := strings.Replace(shop, "shop", "signed", 1) + fmt.Sprintf("user_sig_command = \"cat %s\"\n", ts.MkAbs("admin.sig"))
	ts.Check(os.MkdirAll(ts.MkAbs("config/reddot"), 0o700))
	ts.Check(os.WriteFile(ts.MkAbs("config/reddot/config.toml"), []byte(shop+signed), 0o644))
	ts.Check(os.WriteFile(ts.MkAbs("open.toml"), []byte(shop+fmt.Sprintf("secret_key = %q\n", scriptKey)), 0o644))
}

// private ("private FILE") says whether a file is for its owner alone.
func private(ts *testscript.TestScript, _ bool, arguments []string) {
	found, err := os.Stat(ts.MkAbs(arguments[0]))
	ts.Check(err)
	if found.Mode().Perm() != 0o600 {
		ts.Fatalf("%s has mode %o", arguments[0], found.Mode().Perm())
	}
}
