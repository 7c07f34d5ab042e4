package cli

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/creack/pty"
	"github.com/stretchr/testify/require"
	"github.com/zalando/go-keyring"
)

// home gives a test a home of its own, with a configuration and a keyring in memory.
func home(t *testing.T, configuration string) (dir string) {
	t.Helper()
	keyring.MockInit()
	dir = t.TempDir()
	for name, value := range map[string]string{
		"HOME": dir, "XDG_CONFIG_HOME": dir, "XDG_DATA_HOME": dir, "XDG_RUNTIME_DIR": dir, "DBUS_SESSION_BUS_ADDRESS": "unix:path=mock",
	} {
		t.Setenv(name, value)
	}
	require.NoError(t, os.MkdirAll(filepath.Join(dir, "reddot"), 0o700))
	require.NoError(t, os.WriteFile(filepath.Join(dir, "reddot", "config.toml"), []byte(configuration), 0o600))
	return dir
}

const cloudProfile = "[profiles.cloud]\nregion = \"cn\"\napp_id = 1400000000\nuser = \"anchor\"\n"

// run runs a command in English and returns what it printed.
func run(input string, arguments ...string) (code int, out, err string) {
	var stdout, stderr bytes.Buffer
	code = Main(append(arguments, "--lang", "en"), strings.NewReader(input), &stdout, &stderr)
	return code, stdout.String(), stderr.String()
}

func TestLoginStoresInTheKeyringAndLogoutForgets(t *testing.T) {
	dir := home(t, cloudProfile)
	signature, err := signedAt("administrator", time.Now(), 90*24*time.Hour)
	require.NoError(t, err)

	code, out, stderr := run(signature+"\n", "login", "--profile", "cloud")
	require.Zero(t, code, stderr)
	require.Contains(t, out, "stored in the keyring")
	require.NotContains(t, out+stderr, signature)
	kept, err := keyring.Get("reddot", "cloud")
	require.NoError(t, err)
	require.Equal(t, "usersig:"+signature, kept)

	code, out, _ = run(signature, "login", "--profile", "cloud", "--file", "--json")
	require.Zero(t, code)
	require.Contains(t, out, `"store":"file"`)
	_, err = keyring.Get("reddot", "cloud")
	require.ErrorIs(t, err, keyring.ErrNotFound, "the keyring would count first, so it must not keep the old one")

	code, out, _ = run("", "logout", "--profile", "cloud")
	require.Zero(t, code)
	require.Contains(t, out, "is removed")
	require.NoFileExists(t, filepath.Join(dir, "reddot", "cloud.secret"))
}

func TestAKeyForARemoteServerIsSpokenOfOnce(t *testing.T) {
	home(t, cloudProfile)
	key := strings.Repeat("0f", 32)
	_, _, first := run(key, "login", "--profile", "cloud")
	require.Contains(t, first, "belongs on your backend")
	require.Contains(t, first, "usersig_url")
	_, _, second := run(key, "login", "--profile", "cloud")
	require.Empty(t, second)
}

func TestWhatTheKeyringHoldsProvesAnAccount(t *testing.T) {
	home(t, strings.Replace(cloudProfile, `region = "cn"`, `server = "http://127.0.0.1:1"`, 1))
	signature, err := signedAt("administrator", time.Now(), time.Hour)
	require.NoError(t, err)
	require.NoError(t, keyring.Set("reddot", "cloud", "usersig:"+signature))
	code, out, _ := run("", "doctor", "--profile", "cloud")
	require.Equal(t, exitUnreachable, code)
	require.Regexp(t, `✓ signature from +the keyring`, out)
	require.Contains(t, out, "nothing renews it")
	require.NotContains(t, out, signature)
}

// A secret that is typed must not be seen by whoever looks over the shoulder, nor stay in the scroll-back.
func TestWhatIsTypedAtLoginIsNotShown(t *testing.T) {
	home(t, cloudProfile)
	terminal, tty, err := pty.Open()
	require.NoError(t, err)
	t.Cleanup(func() { _ = terminal.Close(); _ = tty.Close() })
	shown := make(chan string, 1)
	go func() {
		var all bytes.Buffer
		buffer := make([]byte, 1<<10)
		for !strings.Contains(all.String(), "stored in") {
			n, err := terminal.Read(buffer)
			all.Write(buffer[:n])
			if err != nil {
				break
			}
			if strings.Contains(all.String(), "(not shown)") && n > 0 && !strings.Contains(all.String(), "\n") {
				_, _ = terminal.WriteString(strings.Repeat("0f", 32) + "\n")
			}
		}
		shown <- all.String()
	}()
	code := Main([]string{"login", "--profile", "cloud", "--lang", "en"}, tty, tty, tty)
	require.Zero(t, code)
	screen := <-shown
	require.Contains(t, screen, "UserSig or SecretKey of profile cloud (not shown): ")
	require.NotContains(t, screen, "0f0f")
}

func TestTheHostsOfALongConnectionAreThoseOfTheSignaturesApplication(t *testing.T) {
	home(t, "[profiles.cloud]\nregion = \"cn\"\nmode = \"push\"\n")
	signature, err := signedAt("anchor", time.Now(), time.Hour)
	require.NoError(t, err)
	a := &app{words: english, flags: flags{profile: "cloud", userSig: signature}, err: os.Stderr}
	account, err := a.account(t.Context())
	require.NoError(t, err)
	require.Equal(t, "wss://1400000000w4c.my-imcloud.com", account.url)
	require.Equal(t, "anchor", account.user)
}

func TestAStoreThatHoldsSomethingElseSaysWhatToDo(t *testing.T) {
	home(t, cloudProfile)
	require.NoError(t, keyring.Set("reddot", "cloud", "hidden"))
	code, _, stderr := run("", "groups", "--profile", "cloud")
	require.Equal(t, exitFailed, code)
	require.Contains(t, stderr, "what the keyring holds is no signature or key of reddot's")
	require.Contains(t, stderr, "run reddot login --profile cloud again")
	require.NotContains(t, stderr, "hidden")
}
