package ui

import (
	"math"
	"strconv"
	"testing"

	"github.com/stretchr/testify/require"
)

// The backgrounds that people use a dark or a light theme on.
var (
	darkBackgrounds  = []string{"#000000", "#1e1e1e", "#282c34"}
	lightBackgrounds = []string{"#ffffff", "#fdf6e3", "#f5f5f5"}
)

func TestTextCanBeReadOnEveryBackground(t *testing.T) {
	const least = 4.5 // WCAG 2, level AA
	for name, entry := range styleTable {
		if styleName(name) == styleLine {
			continue // lines are not text
		}
		for _, background := range append(darkBackgrounds, styleTable[styleCursor].dark.background) {
			checkContrast(t, entry.name, entry.dark, background, least)
		}
		for _, background := range append(lightBackgrounds, styleTable[styleCursor].light.background) {
			checkContrast(t, entry.name, entry.light, background, least)
		}
	}
}

func checkContrast(t *testing.T, name string, p pen, background string, least float64) {
	t.Helper()
	if p.background != "" {
		background = p.background
	}
	if p.foreground != "" {
		require.GreaterOrEqual(t, contrast(p.foreground, background), least, "%s on %s", name, background)
	}
}

// contrast is the ratio of WCAG 2.
func contrast(a, b string) float64 {
	high, low := luminance(a), luminance(b)
	if high < low {
		high, low = low, high
	}
	return (high + 0.05) / (low + 0.05)
}

func luminance(hex string) float64 {
	channel := func(at int) float64 {
		value, err := strconv.ParseUint(hex[at:at+2], 16, 8)
		if err != nil {
			panic(err)
		}
		c := float64(value) / 255
		if c <= 0.04045 {
			return c / 12.92
		}
		return math.Pow((c+0.055)/1.055, 2.4)
	}
	return 0.2126*channel(1) + 0.7152*channel(3) + 0.0722*channel(5)
}

func TestEveryStyleHasAName(t *testing.T) {
	names := map[string]bool{}
	for _, entry := range styleTable {
		require.NotEmpty(t, entry.name)
		require.False(t, names[entry.name], "two styles are called %s", entry.name)
		names[entry.name] = true
	}
}

func TestPlainThemeHasNoColours(t *testing.T) {
	for _, entry := range styleTable {
		require.Empty(t, entry.plain.foreground+entry.plain.background, entry.name)
	}
}

func TestNoColorInTheEnvironmentOverridesTheTheme(t *testing.T) {
	t.Setenv("NO_COLOR", "1")
	m := New(Options{Session: newFake(shop()), Theme: ThemeDark})
	require.Equal(t, *newPalette(ThemePlain), *m.look.palette)
}

func TestThemeFollowsTheTerminalsBackgroundUnlessChosen(t *testing.T) {
	u := newUser(t, shop(), 80, 24, func(o *Options) { o.Theme = ThemeAuto })
	require.Equal(t, *newPalette(ThemeDark), *u.model.look.palette)
	u.send(whiteBackground)
	require.Equal(t, *newPalette(ThemeLight), *u.model.look.palette)

	u = newUser(t, shop(), 80, 24)
	u.send(whiteBackground)
	require.Equal(t, *newPalette(ThemeDark), *u.model.look.palette)
}
