// Package config reads reddot's settings: a TOML file with defaults in code, and profiles for accounts.
//
// Invariants:
//   - A key that is not known is an error with its line, never ignored: a typing mistake must not
//     silently turn a setting off.
//   - A wrong value is an error that says what would be right.
//   - config.example.toml in the repository is equal to Default, held by a test.
//   - Secrets never print: they are of type wire.Secret.
package config

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/pelletier/go-toml/v2"

	"reddot/model"
)

// Config is the whole configuration.
type Config struct {
	// Language is "zh", "en" or "" for the environment's.
	Language string `toml:"language"`
	// Profile names the profile that is used without --profile, "" for the embedded server.
	Profile  string             `toml:"profile"`
	Log      Log                `toml:"log"`
	Screen   Screen             `toml:"screen"`
	Embedded Embedded           `toml:"embedded"`
	ReadSync ReadSync           `toml:"readsync"`
	Roles    Roles              `toml:"roles"`
	Custom   Custom             `toml:"custom"`
	Webhook  Webhook            `toml:"webhook"`
	Backend  Backend            `toml:"backend"`
	Profiles map[string]Profile `toml:"profiles"`
}

// Log says what is written to the log file.
type Log struct {
	// Level is "debug", "info", "warn" or "error".
	Level string `toml:"level"`
}

// Screen holds the settings of the terminal screen.
type Screen struct {
	// Theme is "auto", "dark", "light" or "none".
	Theme string `toml:"theme"`
	// Renderer is "event" for our painter or "stock" for the framework's.
	Renderer string `toml:"renderer"`
	// Frames is the most frames a second that messages cause; keys are painted at once.
	Frames int `toml:"frames"`
	// AmbiguousWidth is the columns that the terminal gives characters such as … and ★: 1 or 2.
	AmbiguousWidth int  `toml:"ambiguous_width"`
	Mouse          bool `toml:"mouse"`
}

// Embedded holds the settings of the server that reddot starts by itself.
type Embedded struct {
	// Listen is where it listens; if the port is taken, a free one is chosen.
	Listen string `toml:"listen"`
	// Data is its directory, "" for the default one.
	Data string `toml:"data"`
	// DemoSeed reproduces a demo shop.
	DemoSeed int64 `toml:"demo_seed"`
}

// Default returns the settings that hold when a file does not say otherwise.
func Default() Config {
	return Config{
		Log:      Log{Level: "info"},
		Screen:   Screen{Theme: "auto", Renderer: "event", Frames: 60, AmbiguousWidth: 1, Mouse: true},
		Embedded: Embedded{Listen: "127.0.0.1:7400", DemoSeed: 1},
		ReadSync: ReadSync{Send: "custom"},
		Roles:    Roles{Field: model.RoleField},
	}
}

// HasSecret says whether the file itself holds something that others must not read.
func (c Config) HasSecret() bool {
	if !c.Webhook.Token.IsEmpty() || !c.Backend.Secret.IsEmpty() {
		return true
	}
	return slices.ContainsFunc(slices.Collect(maps.Values(c.Profiles)), Profile.hasSecret)
}

// DefaultPath is where the configuration file is looked for without --config.
func DefaultPath() (string, error) {
	dir, err := os.UserConfigDir()
	if err != nil {
		return "", fmt.Errorf("find the configuration directory: %w", err)
	}
	return filepath.Join(dir, "reddot", "config.toml"), nil
}

// Load reads a file over the defaults. With an empty path the default file is read if it exists.
func Load(path string) (Config, error) {
	if path != "" {
		return read(path)
	}
	path, err := DefaultPath()
	if err != nil {
		return Default(), nil // no home directory: nothing to read
	}
	config, err := read(path)
	if errors.Is(err, fs.ErrNotExist) {
		return Default(), nil
	}
	return config, err
}

func read(path string) (Config, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return Config{}, fmt.Errorf("read the configuration: %w", err)
	}
	return Parse(path, text)
}

// Parse reads the text of a file over the defaults; path is for error texts. Mistakes are Errors.
func Parse(path string, text []byte) (Config, error) {
	config := Default()
	decoder := toml.NewDecoder(bytes.NewReader(text))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(&config); err != nil {
		return Config{}, undecodable(path, err)
	}
	mistakes := config.check()
	if len(mistakes) == 0 {
		return config, nil
	}
	for _, mistake := range mistakes {
		mistake.Path, mistake.Line = path, lineOf(text, mistake.Key)
	}
	return Config{}, mistakes.inOrder()
}

// Account returns the named profile. That there is none is a mistake of the one who named it, told as Errors.
func (c Config) Account(name string) (Profile, error) {
	profile, ok := c.Profiles[name]
	if ok {
		return profile, nil
	}
	mistake := &Error{
		Reason: Text{fmt.Sprintf("没有叫 %q 的账号", name), fmt.Sprintf("there is no profile %q", name)},
		Remedy: Text{fmt.Sprintf("配置里还没有账号；加上 [profiles.%s] 一节", name), fmt.Sprintf("the configuration has no profiles; add a [profiles.%s] section", name)},
	}
	if len(c.Profiles) > 0 {
		known := strings.Join(slices.Sorted(maps.Keys(c.Profiles)), ", ")
		mistake.Remedy = Text{"有这些账号：" + known, "there are: " + known}
	}
	return Profile{}, Errors{mistake}
}
