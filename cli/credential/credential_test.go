package credential

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"github.com/zalando/go-keyring"
	"go.uber.org/goleak"

	"reddot/im/convert"
	"reddot/im/wire"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

var english = convert.Texts{English: true}

func signature(t *testing.T) string {
	t.Helper()
	sig, err := wire.GenerateUserSig(1400000000, wire.NewSecret("key"), "anchor", time.Hour)
	require.NoError(t, err)
	return sig
}

func TestWhatSomebodyPastesIsRecognised(t *testing.T) {
	found, err := Recognise(signature(t))
	require.NoError(t, err)
	require.Equal(t, UserSig, found.Kind)

	key := strings.Repeat("0a", 32)
	found, err = Recognise(key)
	require.NoError(t, err)
	require.Equal(t, SecretKey, found.Kind)
	require.Equal(t, key, found.Secret.Reveal())

	for _, wrong := range []string{"", "hello", signature(t)[:40], key[1:]} {
		_, err := Recognise(wrong)
		require.Error(t, err, wrong)
	}
}

// useKeyring replaces the system's keyring by one in memory.
func useKeyring(t *testing.T) {
	keyring.MockInit()
	t.Setenv("DBUS_SESSION_BUS_ADDRESS", "unix:path=mock")
}

func TestBothStoresKeepReplaceAndForget(t *testing.T) {
	useKeyring(t)
	for name, store := range map[string]Store{"keyring": Keyring{}, "files": Files{Dir: filepath.Join(t.TempDir(), "new")}} {
		t.Run(name, func(t *testing.T) {
			ctx := t.Context()
			_, err := store.Get(ctx, "shop")
			require.ErrorIs(t, err, ErrNone)
			require.ErrorIs(t, store.Delete(ctx, "shop"), ErrNone)

			require.NoError(t, store.Set(ctx, "shop", Credential{UserSig, wire.NewSecret("one")}))
			require.NoError(t, store.Set(ctx, "shop", Credential{SecretKey, wire.NewSecret("two:three")}))
			got, err := store.Get(ctx, "shop")
			require.NoError(t, err)
			require.Equal(t, SecretKey, got.Kind)
			require.Equal(t, "two:three", got.Secret.Reveal())
			_, err = store.Get(ctx, "other")
			require.ErrorIs(t, err, ErrNone)

			require.NoError(t, store.Delete(ctx, "shop"))
			_, err = store.Get(ctx, "shop")
			require.ErrorIs(t, err, ErrNone)
		})
	}
}

func TestAStoredFileIsForItsOwnerAlone(t *testing.T) {
	files := Files{Dir: filepath.Join(t.TempDir(), "new")}
	require.NoError(t, files.Set(t.Context(), "../shop", Credential{UserSig, wire.NewSecret("one")}))
	path := files.Path("../shop")
	require.Equal(t, files.Dir, filepath.Dir(path), "a profile's name must not lead elsewhere")
	require.False(t, Exposed(path))
	for _, wider := range []os.FileMode{0o640, 0o604} {
		require.NoError(t, os.Chmod(path, wider))
		require.True(t, Exposed(path), wider)
	}
	require.False(t, Exposed(filepath.Join(files.Dir, "none")))
}

func TestAMachineWithoutKeyringSaysSo(t *testing.T) {
	keyring.MockInitWithError(errors.New("the name was not provided"))
	t.Setenv("DBUS_SESSION_BUS_ADDRESS", "unix:path=mock")
	var none *NoKeyringError
	_, err := Keyring{}.Get(t.Context(), "shop")
	require.ErrorAs(t, err, &none)
	require.ErrorAs(t, Keyring{}.Set(t.Context(), "shop", Credential{}), &none)

	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	release := make(chan struct{})
	_, err = keyringDo(ctx, func() (string, error) { <-release; return "", nil })
	close(release)
	require.ErrorAs(t, err, &none, "a keyring that waits for ever")
}

func TestDamagedStoresAreNotBelieved(t *testing.T) {
	files := Files{Dir: t.TempDir()}
	for _, text := range []string{"", "hidden", "usersig:", "password:hidden"} {
		require.NoError(t, os.WriteFile(files.Path("shop"), []byte(text), 0o600))
		_, err := files.Get(t.Context(), "shop")
		require.ErrorIs(t, err, ErrForeign, text)
		require.NotContains(t, err.Error(), "hidden")
	}
}

func TestACommandGivesTheSignatureThatItPrints(t *testing.T) {
	got, err := Command("echo eJw-one", english)(t.Context())
	require.NoError(t, err)
	require.Equal(t, "eJw-one", got.Reveal())

	for line, want := range map[string]string{
		"exit 3":                         "exit status 3",
		"true":                           "it is empty",
		"echo hidden words":              "it is no UserSig",
		"echo '<html>hidden</html>'":     "it is no UserSig",
		"head -c 100000 /dev/zero; true": "it prints more than 64 KB",
		"echo hidden >&2; exit 1":        "exit status 1",
	} {
		_, err := Command(line, english)(t.Context())
		require.ErrorContains(t, err, want, line)
		require.ErrorContains(t, err, "run it yourself", line)
		require.NotContains(t, err.Error(), "hidden", line)
	}
	_, err = Command("exit 3", convert.Texts{})(t.Context())
	require.ErrorContains(t, err, "请自己运行一次看看")
}

func TestACommandEndsWithItsContext(t *testing.T) {
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	_, err := Command("sleep 60 & sleep 60", english)(ctx)
	require.Error(t, err)
}

func TestNothingPrintsACredential(t *testing.T) {
	credential := Credential{SecretKey, wire.NewSecret("hidden")}
	require.NotContains(t, fmt.Sprintf("%v %+v %#v", credential, credential, credential), "hidden")
}
