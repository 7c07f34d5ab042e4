package model

// Language is the language of sentences for people.
type Language int

// The languages of the program; Chinese is the default.
const (
	Chinese Language = iota
	English
)

// pick returns the sentence of the language.
func (l Language) pick(chinese, english string) string {
	if l == English {
		return english
	}
	return chinese
}
