package convert_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"reddot/im"
	"reddot/im/convert"
	"reddot/model"
)

// TestALateAnswerDoesNotBringAnOldNameBack: names are believed for minutes, so an old one must not get in.
func TestALateAnswerDoesNotBringAnOldNameBack(t *testing.T) {
	now := time.Now()
	named := func(name string) []model.Profile { return []model.Profile{{User: "ann", Name: name}} }
	profiles := convert.NewProfiles()
	late := im.Now()
	profiles.Put(named("Ann B."), im.Now(), now)
	profiles.Put(named("Ann"), late, now)
	fresh, _ := profiles.Get([]string{"ann"}, now)
	require.Equal(t, named("Ann B."), fresh)

	late = im.Now()
	old, known := profiles.Forget("ann")
	require.True(t, known)
	require.Equal(t, "Ann B.", old.Name)
	profiles.Put(named("Ann B."), late, now)
	_, unknown := profiles.Get([]string{"ann"}, now)
	require.Equal(t, []string{"ann"}, unknown, "what changed is asked for again")
	profiles.Put(named("Ann C."), im.Now(), now)
	fresh, _ = profiles.Get([]string{"ann"}, now)
	require.Equal(t, named("Ann C."), fresh)
}
