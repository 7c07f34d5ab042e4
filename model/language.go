package model

// Language is the language of sentences for people.
type Language int

// The languages of the program; Chinese is the default.
const (
	Chinese Language = iota
	English
)

// Pick returns the sentence of the language.
func (l Language) Pick(chinese, english string) string {
	if l == English {
		return english
	}
	return chinese
}
