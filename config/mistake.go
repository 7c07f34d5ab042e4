package config

import (
	"errors"
	"fmt"
	"regexp"
	"strings"

	"github.com/pelletier/go-toml/v2"
)

// Text is what is said in Chinese and in English.
type Text struct{ ZH, EN string }

// In returns the text in a language, "zh" or "en".
func (t Text) In(language string) string {
	if language == "en" {
		return t.EN
	}
	return t.ZH
}

// Error is a mistake in a configuration file.
type Error struct {
	// Path is the file, "" for a mistake that is in none.
	Path string
	// Line is 1-based, 0 when the mistake has no one place.
	Line   int
	Key    string
	Reason Text
	Remedy Text
}

// Error says in English where the mistake is, what is wrong and what would be right.
func (e *Error) Error() string {
	if e.Remedy.EN == "" {
		return e.What("en")
	}
	return e.What("en") + "; " + e.Remedy.EN
}

// What says where the mistake is and what is wrong, in a language.
func (e *Error) What(language string) string {
	var text strings.Builder
	text.WriteString(e.Path)
	if e.Line > 0 {
		fmt.Fprintf(&text, ":%d", e.Line)
	}
	if text.Len() > 0 {
		text.WriteString(": ")
	}
	if e.Key != "" {
		fmt.Fprintf(&text, "%s: ", e.Key)
	}
	text.WriteString(e.Reason.In(language))
	return text.String()
}

// Errors are all mistakes of a file, in the order of its lines, never none.
type Errors []*Error

// Error tells the first mistake, and how many more there are.
func (e Errors) Error() string {
	if len(e) == 1 {
		return e[0].Error()
	}
	return fmt.Sprintf("%v (and %d more)", e[0], len(e)-1)
}

// Unwrap returns the mistakes one by one.
func (e Errors) Unwrap() []error {
	all := make([]error, len(e))
	for i, mistake := range e {
		all[i] = mistake
	}
	return all
}

// undecodable says what in a file could not be decoded.
func undecodable(path string, err error) Errors {
	var unknown *toml.StrictMissingError
	if errors.As(err, &unknown) && len(unknown.Errors) > 0 {
		mistakes := make(Errors, len(unknown.Errors))
		for i, one := range unknown.Errors {
			line, _ := one.Position()
			mistakes[i] = &Error{
				Path: path, Line: line, Key: strings.Join(one.Key(), "."),
				Reason: Text{"没有这个设置", "there is no such setting"},
				Remedy: Text{"config.example.toml 列出了全部设置", "config.example.toml lists every setting"},
			}
		}
		return mistakes
	}
	var wrong *toml.DecodeError
	if errors.As(err, &wrong) {
		line, _ := wrong.Position()
		reason, remedy := notDecoded(wrong)
		return Errors{{Path: path, Line: line, Key: strings.Join(wrong.Key(), "."), Reason: reason, Remedy: remedy}}
	}
	return Errors{{Path: path, Reason: Text{"无法解析：" + err.Error(), err.Error()}, Remedy: likeTheExample}}
}

var wrongType = regexp.MustCompile(`cannot decode TOML (\w+) into .* of type (\w+)`)

var likeTheExample = Text{"照 config.example.toml 里的写法", "write it as config.example.toml does"}

// howToWrite are the types of settings that are one value.
var howToWrite = map[string]Text{
	"string": {"写成带引号的文字", "put the value in quotes"},
	"bool":   {"写 true 或 false，不加引号", "write true or false, without quotes"},
	"int":    {"写一个整数，不加引号", "write a whole number, without quotes"},
}

// notDecoded words a value of the wrong type without the names of this program, and says how it is written.
func notDecoded(err *toml.DecodeError) (reason, remedy Text) {
	if found := wrongType.FindStringSubmatch(err.Error()); found != nil {
		remedy, plain := howToWrite[found[2]]
		if !plain {
			remedy = likeTheExample
		}
		return Text{fmt.Sprintf("这里要 %s，写的是 %s", found[2], found[1]), fmt.Sprintf("%s is needed here, not %s", found[2], found[1])}, remedy
	}
	why := strings.TrimPrefix(err.Error(), "toml: ")
	return Text{"无法解析：" + why, why}, likeTheExample
}
