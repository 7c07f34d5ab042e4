package ui

import (
	"reflect"
	"regexp"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
)

var verbs = regexp.MustCompile(`%(\[\d+\])?[0-9*.]*[a-z]`)

// verbsOf returns the kinds of the verbs in a format, in the order of the alphabet: languages may swap them.
func verbsOf(format string) []string {
	var kinds []string
	for _, verb := range verbs.FindAllString(format, -1) {
		kinds = append(kinds, verb[len(verb)-1:])
	}
	slices.Sort(kinds)
	return kinds
}

func TestBothLanguagesHaveAllWords(t *testing.T) {
	zh, en := reflect.ValueOf(*chinese), reflect.ValueOf(*english)
	for i := range zh.NumField() {
		name := zh.Type().Field(i).Name
		sameWords(t, name, zh.Field(i), en.Field(i))
	}
}

func sameWords(t *testing.T, name string, zh, en reflect.Value) {
	t.Helper()
	switch zh.Kind() {
	case reflect.String:
		require.NotEmpty(t, zh.String(), "%s has no Chinese words", name)
		require.NotEmpty(t, en.String(), "%s has no English words", name)
		require.Equal(t, verbsOf(zh.String()), verbsOf(en.String()), "%s says different things", name)
	case reflect.Map:
		require.Equal(t, zh.Len(), en.Len(), "%s has other keys", name)
		for _, key := range zh.MapKeys() {
			value := en.MapIndex(key)
			require.True(t, value.IsValid(), "%s has no English words for %v", name, key)
			sameWords(t, name, zh.MapIndex(key), value)
		}
	case reflect.Struct:
		for i := range zh.NumField() {
			sameWords(t, zh.Type().Field(i).Name, zh.Field(i), en.Field(i))
		}
	case reflect.Array:
		for i := range zh.Len() {
			sameWords(t, name, zh.Index(i), en.Index(i))
		}
	default:
		t.Fatalf("%s is of a kind that no test understands: %s", name, zh.Kind())
	}
}

func TestLanguageIsChineseUnlessEnglishIsAskedFor(t *testing.T) {
	for language, want := range map[string]*words{
		"": chinese, "zh": chinese, "zh_CN.UTF-8": chinese, "de": chinese, "en": english, "EN_us.UTF-8": english,
	} {
		require.Same(t, want, wordsOf(language), language)
	}
}
