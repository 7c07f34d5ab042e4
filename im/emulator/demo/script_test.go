package demo

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestParseScripts(t *testing.T) {
	scenes, err := parseScripts("# note\n\n== live vip weight 3\nasker: 有吗 / 几点\nguide=?40: 有 / 八点\n")
	require.NoError(t, err)
	require.Equal(t, []script{{
		groups: []string{"live", "vip"}, weight: 3,
		turns: []turn{
			{who: "asker", chance: 100, says: []string{"有吗", "几点"}},
			{who: "guide", chance: 40, answers: true, says: []string{"有", "八点"}},
		},
	}}, scenes)
}

func TestParseScriptsRefuses(t *testing.T) {
	for name, text := range map[string]string{
		"a turn before any scene":       "asker: 有吗",
		"a scene without weight":        "== live\nasker: 有吗",
		"a weight of zero":              "== live weight 0\nasker: 有吗",
		"a turn without speaker":        "== live weight 1\n有吗",
		"a chance of a hundred":         "== live weight 1\nasker?100: 有吗",
		"an answer to nothing":          "== live weight 1\nguide=: 有",
		"answers that do not match":     "== live weight 1\nasker: 有吗 / 几点\nguide=: 有",
		"answers to an uncertain asker": "== live weight 1\nasker?50: 有吗\nguide=: 有",
	} {
		_, err := parseScripts(text)
		require.Error(t, err, name)
	}
}

func TestEveryGroupHasScenes(t *testing.T) {
	for _, plan := range plans {
		require.NotEmpty(t, scriptsFor(plan.talk), plan.name)
	}
}

func TestScenesAnswerTheQuestion(t *testing.T) {
	scenes, err := parseScripts("== live weight 1\nasker: 一 / 二 / 三\nguide=: 甲 / 乙 / 丙\n")
	require.NoError(t, err)
	answers := map[string]string{string(textBody("一")): "甲", string(textBody("二")): "乙", string(textBody("三")): "丙"}
	members := []Member{{Person: Person{"c", "客", RoleCustomer}}, {Person: Person{"g", "导", RoleGuide}}}
	for seed := range int64(60) {
		s := newStage("live", members, stream(seed, 1))
		said := s.perform(scenes[0], map[string]Person{}, nobody)
		require.Len(t, said, 2)
		if want, plain := answers[string(said[0].body)]; plain {
			require.Contains(t, string(said[1].body), want)
		}
	}
}

func TestASceneEndsWhereItsQuestionIsNotAsked(t *testing.T) {
	scenes, err := parseScripts("== live weight 1\nasker: 有吗\nguide: 有\n")
	require.NoError(t, err)
	members := []Member{{Person: Person{"c", "客", RoleCustomer}}, {Person: Person{"g", "导", RoleGuide}}}
	s := newStage("live", members, stream(1, 1))
	require.Empty(t, s.perform(scenes[0], map[string]Person{}, func(p Person) bool { return p.ID == "c" }))
}

func nobody(Person) bool { return false }
