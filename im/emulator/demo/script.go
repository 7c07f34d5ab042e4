package demo

import (
	"embed"
	"fmt"
	"math/rand/v2"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
)

// A script is a small scene of shop talk. The files in talk/ hold scenes parted by empty lines:
//
//	== live vip weight 5
//	asker: {item}还有 {size} 码[吗|么]？ / 想问{item}还有货吗
//	guide=: 有的，{colour}还有 {n} 件 / 有货，{ship}发
//	other?35: 同问
//
// The first line names the groups where the scene is played and how often. Each further line is a turn: who speaks and the
// ways to say it, parted by " / ". A turn with ?35 is played in 35 of 100 scenes. A turn with = answers the last turn that
// has neither mark: its first way answers the first way of that one, its second the second... [a|b] chooses one of two
// wordings, {x} is a blank filled by [slots] or by the name of somebody in the scene, \n a line break. <order>, <face> and
// <location> stand for elements that are not text.
type script struct {
	groups []string
	weight int
	turns  []turn
}

type turn struct {
	who     string // a role with an optional number: asker, other2, guide, supplier...
	chance  int    // percent
	answers bool   // fits the way chosen in the last leading turn
	says    []string
}

// leads says whether others answer the turn; what leads is said for certain.
func (t turn) leads() bool { return t.chance == 100 && !t.answers }

//go:embed talk/*.txt
var talkFiles embed.FS

// scripts are all scenes, parsed once. They are part of the program: a mistake in them is a mistake in the program.
var scripts = sync.OnceValue(func() []script {
	var all []script
	entries, err := talkFiles.ReadDir("talk")
	if err != nil {
		panic(err)
	}
	for _, entry := range entries {
		text, err := talkFiles.ReadFile("talk/" + entry.Name())
		if err != nil {
			panic(err)
		}
		parsed, err := parseScripts(string(text))
		if err != nil {
			panic(fmt.Sprintf("talk/%s: %v", entry.Name(), err))
		}
		all = append(all, parsed...)
	}
	return all
})

// scriptsFor returns the scenes played in groups of a kind of talk.
func scriptsFor(talk string) []script {
	return slices.DeleteFunc(slices.Clone(scripts()), func(s script) bool {
		return !slices.Contains(s.groups, talk)
	})
}

func parseScripts(text string) ([]script, error) {
	var all []script
	for number, line := range strings.Split(text, "\n") {
		switch {
		case line == "" || strings.HasPrefix(line, "#"):
		case strings.HasPrefix(line, "== "):
			s, err := parseHeader(line)
			if err != nil {
				return nil, fmt.Errorf("line %d: %w", number+1, err)
			}
			all = append(all, s)
		case len(all) == 0:
			return nil, fmt.Errorf("line %d: a turn before the first scene", number+1)
		default:
			t, err := parseTurn(line)
			if err != nil {
				return nil, fmt.Errorf("line %d: %w", number+1, err)
			}
			if err := all[len(all)-1].add(t); err != nil {
				return nil, fmt.Errorf("line %d: %w", number+1, err)
			}
		}
	}
	return all, nil
}

func (s *script) add(t turn) error {
	if t.answers {
		led := s.lead()
		if led == nil {
			return fmt.Errorf("%s answers nothing", t.who)
		}
		if len(led.says) != len(t.says) {
			return fmt.Errorf("%s has %d answers to %d ways of %s", t.who, len(t.says), len(led.says), led.who)
		}
	}
	s.turns = append(s.turns, t)
	return nil
}

// lead returns the last leading turn, nil if there is none.
func (s *script) lead() *turn {
	for i := len(s.turns) - 1; i >= 0; i-- {
		if s.turns[i].leads() {
			return &s.turns[i]
		}
	}
	return nil
}

func parseHeader(line string) (script, error) {
	head, weight, found := strings.Cut(strings.TrimPrefix(line, "== "), " weight ")
	if !found {
		return script{}, fmt.Errorf("no weight in %q", line)
	}
	n, err := strconv.Atoi(weight)
	if err != nil || n < 1 {
		return script{}, fmt.Errorf("weight %q is no positive number", weight)
	}
	return script{groups: strings.Fields(head), weight: n}, nil
}

func parseTurn(line string) (turn, error) {
	who, says, found := strings.Cut(line, ": ")
	if !found {
		return turn{}, fmt.Errorf("no speaker in %q", line)
	}
	who, percent, limited := strings.Cut(who, "?")
	who, answers := strings.CutSuffix(who, "=")
	t := turn{who: who, chance: 100, answers: answers, says: strings.Split(says, " / ")}
	if !limited {
		return t, nil
	}
	n, err := strconv.Atoi(percent)
	if err != nil || n < 1 || n > 99 {
		return turn{}, fmt.Errorf("chance %q is not between 1 and 99", percent)
	}
	t.chance = n
	return t, nil
}

var (
	choiceMark = regexp.MustCompile(`\[[^\[\]]*\]`)
	blankMark  = regexp.MustCompile(`\{[a-z]+[0-9]*\}`)
)

// expand makes a text of one way to say something: it settles the choices, then fills the blanks. A blank that fill does
// not know stays as it is.
func expand(say string, rng *rand.Rand, fill func(blank string) (string, bool)) string {
	say = choiceMark.ReplaceAllStringFunc(say, func(choice string) string {
		return pick(rng, strings.Split(choice[1:len(choice)-1], "|"))
	})
	say = blankMark.ReplaceAllStringFunc(say, func(blank string) string {
		if text, known := fill(blank[1 : len(blank)-1]); known {
			return text
		}
		return blank
	})
	return strings.ReplaceAll(say, `\n`, "\n")
}
