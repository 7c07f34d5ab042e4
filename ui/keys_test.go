package ui

import (
	"flag"
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

const keysPath = "../docs/keys.md"

// keysDocument writes the key table as docs/keys.md has it.
func keysDocument() string {
	var b strings.Builder
	b.WriteString("# 按键 · Keys\n\n")
	b.WriteString("由 `ui/keys.go` 的按键表生成, 请改那里再运行 `go test ./ui -run KeysDocument -update`。\n\n")
	b.WriteString("Made from the key table in `ui/keys.go`; change it there and run `go test ./ui -run KeysDocument -update`.\n")
	for s := range scopeCount {
		fmt.Fprintf(&b, "\n## %s · %s\n\n| 按键 Key | 作用 | What it does |\n|---|---|---|\n", chinese.Scopes[s], english.Scopes[s])
		for _, entry := range keyTable {
			if entry.scope == s {
				fmt.Fprintf(&b, "| %s | %s | %s |\n", entry.printed, entry.zh, entry.en)
			}
		}
	}
	fmt.Fprintf(&b, "\n## %s · %s\n\n%s\n\n%s\n\n", chinese.CommandTitle, english.CommandTitle,
		"在输入框里打 `/`。以 `/` 开头又不是命令的文字, 再按一次 Enter 才发送; `//` 开头发送以 `/` 开头的文字。",
		"Typed into the input. A text that begins with `/` and is no command is sent by a second Enter; `//` stands for a `/` that is meant.")
	b.WriteString("| 命令 Command | 作用 | What it does |\n|---|---|---|\n")
	for i := range commandTable {
		c := &commandTable[i]
		usage := strings.ReplaceAll(c.usage(chinese), "|", "\\|")
		fmt.Fprintf(&b, "| `%s` | %s | %s |\n", usage, c.zh, c.en)
	}
	return b.String()
}

func TestKeysDocumentIsMadeFromTheTable(t *testing.T) {
	want := keysDocument()
	if update := flag.Lookup("update"); update != nil && update.Value.String() == "true" {
		require.NoError(t, os.WriteFile(keysPath, []byte(want), 0o644))
	}
	have, err := os.ReadFile(keysPath)
	require.NoError(t, err)
	require.Equal(t, want, string(have), "run go test ./ui -run KeysDocument -update")
}

func TestEveryKeyHasOneMeaningInItsPlaceAndWordsInBothLanguages(t *testing.T) {
	for s := range scopeCount {
		meaning := map[string]action{}
		for _, entry := range keyTable {
			if entry.scope != s {
				continue
			}
			require.NotEmpty(t, entry.zh)
			require.NotEmpty(t, entry.en)
			require.NotEmpty(t, entry.printed)
			for _, name := range entry.keys {
				require.NotContains(t, meaning, name, "%s means two things in scope %d", name, s)
				meaning[name] = entry.action
			}
		}
	}
}

func TestKeysOfTheTableAreSpelledAsBubbleTeaSpellsThem(t *testing.T) {
	for _, entry := range keyTable {
		for _, name := range entry.keys {
			require.Equal(t, name, keyNamed(name).String())
		}
	}
}

func TestPlainLettersNeverWorkWhereTextIsTyped(t *testing.T) {
	for _, entry := range keyTable {
		if entry.scope != scopeInput && entry.scope != scopeSwitcher && entry.scope != scopeForm && entry.scope != scopeAnywhere {
			continue
		}
		for _, name := range entry.keys {
			require.Empty(t, typed(keyNamed(name)), "%q could not be typed", name)
		}
	}
}

func TestHelpListsTheWholeTable(t *testing.T) {
	for _, language := range []string{"zh", "en"} {
		u := newUser(t, shop(), 120, 100, func(o *Options) { o.Language = language })
		u.press("f1")
		frame := u.frame()
		for _, entry := range keyTable {
			require.Contains(t, frame, entry.says(wordsOf(language)))
		}
		for i := range commandTable {
			require.Contains(t, frame, commandTable[i].says(wordsOf(language)))
		}
		u.press("esc")
		require.NotContains(t, u.frame(), wordsOf(language).HelpClose)
	}
}
