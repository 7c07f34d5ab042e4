package session_test

import (
	"context"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"reddot/im"
	"reddot/model"
	"reddot/session"
	"reddot/store"
)

// manager is a running session, logged in, with a registry.
func manager(t *testing.T, d *device, registry session.Registry) *running {
	kept := memory(t)
	r := run(t, session.Options{Client: d, Store: kept, Journal: kept, Device: d.name, Language: model.English, Registry: registry}, d)
	synctest.Wait()
	return r
}

func registry(t *testing.T) *store.Registry {
	r := store.NewRegistry(store.Memory)
	t.Cleanup(func() { require.NoError(t, r.Close()) })
	return r
}

func TestACreatedGroupIsInTheListAndOnRecord(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		service := newService()
		service.people = []string{"anchor", "guide"}
		r := manager(t, service.device("anchor", "term"), registry(t))
		created, err := r.CreateGroup(t.Context(), model.NewGroup{
			Type: model.Public, Name: "新品", Members: []model.NewMember{{User: "guide"}, {User: "ghost"}},
		})
		require.NoError(t, err)
		require.Equal(t, []model.AddResult{{User: "guide", Outcome: model.Added}, {User: "ghost", Outcome: model.UnknownUser}}, created.Members)
		shown := r.View().ByID[model.GroupConversation(created.ID)]
		require.NotNil(t, shown, "the group is in the list when the call returns")
		require.Equal(t, "新品", shown.Name)
		require.Equal(t, model.Owner, shown.Group.SelfRole)

		rows, err := r.Registry(t.Context())
		require.NoError(t, err)
		require.Equal(t, []model.RegisteredGroup{{
			ID: created.ID, Name: "新品", Type: model.Public, Owner: "anchor", CreatedAt: time.Now().Unix(), Members: created.Members,
		}}, rows)
	})
}

func TestAChosenIDFitsTheType(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := manager(t, newService().device("anchor", "term"), nil)
		public, err := r.CreateGroup(t.Context(), model.NewGroup{Type: model.Public, Name: "a"})
		require.NoError(t, err)
		require.False(t, strings.HasPrefix(public.ID, "@TGS#"), public.ID)
		community, err := r.CreateGroup(t.Context(), model.NewGroup{Type: model.Community, Name: "b"})
		require.NoError(t, err)
		require.True(t, strings.HasPrefix(community.ID, "@TGS#_"), community.ID)
		require.LessOrEqual(t, len(community.ID), model.GroupIDBytes)
	})
}

// TestARefusedCreationLeavesNoRecord, also when the id belonged to an earlier group.
func TestARefusedCreationLeavesNoRecord(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		service := newService()
		service.group("taken", model.Public, "somebody")
		r := manager(t, service.device("anchor", "term"), registry(t))
		_, err := r.CreateGroup(t.Context(), model.NewGroup{ID: "taken", Type: model.Public, Name: "a"})
		require.Equal(t, 10021, im.CodeOf(err))
		rows, err := r.Registry(t.Context())
		require.NoError(t, err)
		require.Empty(t, rows)

		_, err = r.CreateGroup(t.Context(), model.NewGroup{ID: "mine", Type: model.Public, Name: "a"})
		require.NoError(t, err)
		_, err = r.CreateGroup(t.Context(), model.NewGroup{ID: "mine", Type: model.Public, Name: "a"})
		require.Equal(t, 10025, im.CodeOf(err), "it exists, and nobody made it by accident")
		rows, err = r.Registry(t.Context())
		require.NoError(t, err)
		require.Len(t, rows, 1, "the record of the first one stays")
	})
}

var errLost = &im.Error{Doing: "create", Class: im.ClassUnreachable, Cause: "no answer"}

// TestACreationWhoseAnswerWasLostIsFoundAgain, by whoever repeats it.
func TestACreationWhoseAnswerWasLostIsFoundAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		service := newService()
		r := manager(t, service.device("anchor", "term"), registry(t))
		service.rule(nil, func(_ *device, request string) error {
			if strings.HasPrefix(request, "create ") {
				return errLost
			}
			return nil
		})
		group := model.NewGroup{Type: model.Public, Name: "新品", Members: []model.NewMember{{User: "guide"}}}
		lost, err := r.CreateGroup(t.Context(), group)
		require.Equal(t, im.ClassUnreachable, im.ClassOf(err))
		require.ErrorContains(t, err, "try again with the group id "+lost.ID, "whoever asks again must know for what")
		rows, _ := r.Registry(t.Context())
		require.True(t, rows[0].Pending)

		service.rule(nil, nil)
		group.ID = lost.ID
		created, err := r.CreateGroup(t.Context(), group)
		require.NoError(t, err)
		require.Equal(t, []model.AddResult{{User: "guide", Outcome: model.Added}}, created.Members)
		rows, _ = r.Registry(t.Context())
		require.Len(t, rows, 1)
		require.False(t, rows[0].Pending)
	})
}

// TestCreationsInDoubtAreSettledAtTheNextStart: what the service made is confirmed, what it did not is forgotten.
func TestCreationsInDoubtAreSettledAtTheNextStart(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		service, kept := newService(), registry(t)
		service.group("made", model.Public, "anchor", "guide")
		service.group("stolen", model.Public, "somebody")
		for _, id := range []string{"made", "stolen", "never"} {
			_, err := kept.RegisterGroup(t.Context(), model.RegisteredGroup{
				ID: id, Owner: "anchor", CreatedAt: time.Now().Add(-time.Hour).Unix(), Members: []model.AddResult{{User: "guide"}, {User: "ghost"}},
			})
			require.NoError(t, err)
		}
		_, err := kept.RegisterGroup(t.Context(), model.RegisteredGroup{ID: "under way", Owner: "anchor", CreatedAt: time.Now().Unix()})
		require.NoError(t, err)
		r := manager(t, service.device("anchor", "term"), kept)
		rows, err := r.Registry(t.Context())
		require.NoError(t, err)
		require.Len(t, rows, 2)
		require.Equal(t, "under way", rows[0].ID)
		require.True(t, rows[0].Pending, "another process may be waiting for its answer")
		require.Equal(t, "made", rows[1].ID)
		require.False(t, rows[1].Pending)
		require.Equal(t, []model.AddResult{{User: "guide", Outcome: model.Added}, {User: "ghost"}}, rows[1].Members)
	})
}

// TestNothingIsCreatedThatCannotBeRecorded, so that no group is lost to the backend.
func TestNothingIsCreatedThatCannotBeRecorded(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		service := newService()
		r := manager(t, service.device("anchor", "term"), failingRegistry{})
		_, err := r.CreateGroup(t.Context(), model.NewGroup{Type: model.Public, Name: "a"})
		require.ErrorIs(t, err, errFull)
		require.Empty(t, service.groups)
	})
}

type failingRegistry struct{ *store.Registry }

func (failingRegistry) RegisterGroup(context.Context, model.RegisteredGroup) (*model.RegisteredGroup, error) {
	return nil, errFull
}

func (failingRegistry) RegisteredGroups(context.Context) ([]model.RegisteredGroup, error) {
	return nil, errFull
}

func TestChangesShowWhenTheyAreMade(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		service := newService()
		service.group("open", model.Public, "somebody")
		service.group("mine", model.Public, "anchor", "guide")
		r := manager(t, service.device("anchor", "term"), nil)
		r.of(t, "mine")
		shown := func(id string) *session.Conversation { return r.View().ByID[model.GroupConversation(id)] }

		state, err := r.JoinGroup(t.Context(), "open", "")
		require.NoError(t, err)
		require.Equal(t, model.Joined, state)
		require.NotNil(t, shown("open"))

		name := "新名字"
		require.NoError(t, r.EditGroup(t.Context(), "mine", model.GroupEdit{Name: &name}))
		require.Equal(t, name, shown("mine").Name)

		results, err := r.AddMembers(t.Context(), "mine", []model.NewMember{{User: "azhen"}})
		require.NoError(t, err)
		require.Equal(t, []model.AddResult{{User: "azhen", Outcome: model.Added}}, results)
		require.Equal(t, 3, shown("mine").Group.Members)

		card := "阿珍"
		require.NoError(t, r.EditMember(t.Context(), "mine", "azhen", model.MemberEdit{NameCard: &card}))
		require.Equal(t, card, shown("mine").Members["azhen"].NameCard)

		require.NoError(t, r.RemoveMembers(t.Context(), "mine", []string{"azhen"}, ""))
		require.Equal(t, 2, shown("mine").Group.Members)

		require.ErrorContains(t, r.HandOver(t.Context(), "mine", "azhen"), "azhen is not a member of the group")
		require.NoError(t, r.HandOver(t.Context(), "mine", "guide"))
		require.Equal(t, "guide", shown("mine").Group.Owner)
		require.Equal(t, model.Ordinary, shown("mine").Group.SelfRole)

		require.NoError(t, r.QuitGroup(t.Context(), "mine"))
		require.Nil(t, shown("mine"))
		require.Equal(t, session.Gone{Conversation: model.GroupConversation("mine"), Reason: session.GoneLeft}, r.View().Gone)
	})
}

func TestADissolvedGroupLeavesTheList(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		service := newService()
		service.group("mine", model.Public, "anchor", "guide")
		r := manager(t, service.device("anchor", "term"), nil)
		r.of(t, "mine")
		require.NoError(t, r.DestroyGroup(t.Context(), "mine"))
		require.Nil(t, r.View().ByID[model.GroupConversation("mine")])
		require.Equal(t, session.GoneDissolved, r.View().Gone.Reason)
	})
}

// TestLimitsAreSaidBeforeAsking, in bytes: a Chinese character takes three.
func TestLimitsAreSaidBeforeAsking(t *testing.T) {
	long := func(n int) string { return strings.Repeat("群", n) }
	text := func(s string) *string { return &s }
	seconds, owner := int64(-1), model.Owner
	valid := model.NewGroup{Type: model.Public, Name: long(10)}
	with := func(change func(*model.NewGroup)) model.NewGroup {
		group := valid
		change(&group)
		return group
	}
	create := func(group model.NewGroup) func(context.Context, *running) error {
		return func(ctx context.Context, r *running) error { _, err := r.CreateGroup(ctx, group); return err }
	}
	edit := func(edit model.GroupEdit) func(context.Context, *running) error {
		return func(ctx context.Context, r *running) error { return r.EditGroup(ctx, "mine", edit) }
	}
	member := func(edit model.MemberEdit) func(context.Context, *running) error {
		return func(ctx context.Context, r *running) error { return r.EditMember(ctx, "mine", "guide", edit) }
	}
	tests := map[string]struct {
		call  func(context.Context, *running) error
		cause string
	}{
		"type":            {create(with(func(g *model.NewGroup) { g.Type = "Party" })), "no group type Party"},
		"no name":         {create(with(func(g *model.NewGroup) { g.Name = " " })), "has no name"},
		"name":            {create(with(func(g *model.NewGroup) { g.Name = long(11) })), "the name has 33 bytes, at most 30"},
		"introduction":    {create(with(func(g *model.NewGroup) { g.Introduction = long(81) })), "the introduction has 243 bytes, at most 240"},
		"announcement":    {create(with(func(g *model.NewGroup) { g.Notification = long(101) })), "the announcement has 303 bytes, at most 300"},
		"picture":         {create(with(func(g *model.NewGroup) { g.FaceURL = strings.Repeat("x", 101) })), "101 bytes, at most 100"},
		"id too long":     {create(with(func(g *model.NewGroup) { g.ID = strings.Repeat("x", 49) })), "printable ASCII of at most 48 bytes"},
		"id Chinese":      {create(with(func(g *model.NewGroup) { g.ID = "群" })), "printable ASCII"},
		"id reserved":     {create(with(func(g *model.NewGroup) { g.ID = "@TGS#x" })), "must not begin with @TGS#; choose one without"},
		"id community":    {create(with(func(g *model.NewGroup) { g.ID, g.Type = "x", model.Community })), "begins with @TGS#_; write @TGS#_x, or leave"},
		"fewer than none": {create(with(func(g *model.NewGroup) { g.MaxMembers = -1 })), "cannot be negative"},
		"live room":       {create(with(func(g *model.NewGroup) { g.Type, g.Members = model.AVChatRoom, []model.NewMember{{User: "guide"}} })), "a live room takes no members"},
		"work admin": {create(with(func(g *model.NewGroup) {
			g.Type, g.Members = model.Work, []model.NewMember{{User: "guide", Admin: true}}
		})), "no administrators: guide"},
		"user id": {create(with(func(g *model.NewGroup) { g.Members = []model.NewMember{{User: strings.Repeat("u", 33)}} })), "a user id has 33 bytes, at most 32"},
		"field": {create(with(func(g *model.NewGroup) {
			g.Members = []model.NewMember{{User: "u", Custom: map[string]string{"role": long(22)}}}
		})), "the custom field role has 66 bytes, at most 64"},
		"no change":  {edit(model.GroupEdit{}), "nothing is to be changed"},
		"empty name": {edit(model.GroupEdit{Name: text("")}), "a group has a name"},
		"new name":   {edit(model.GroupEdit{Name: text(long(11))}), "33 bytes"},
		"name card":  {member(model.MemberEdit{NameCard: text(long(17))}), "the name card has 51 bytes, at most 50"},
		"owner":      {member(model.MemberEdit{Role: &owner}), "administrator or ordinary member"},
		"mute":       {member(model.MemberEdit{MuteSeconds: &seconds}), "less than nothing"},
		"nobody": {func(ctx context.Context, r *running) error {
			_, err := r.AddMembers(ctx, "mine", nil)
			return err
		}, "nobody is named"},
		"no group": {func(ctx context.Context, r *running) error { return r.QuitGroup(ctx, "") }, "no group id"},
	}
	synctest.Test(t, func(t *testing.T) {
		service := newService()
		service.group("mine", model.Public, "anchor", "guide")
		r := manager(t, service.device("anchor", "term"), nil)
		r.of(t, "mine")
		asked := len(service.requests)
		for name, test := range tests {
			err := test.call(t.Context(), r)
			require.ErrorContains(t, err, test.cause, name)
			require.Equal(t, im.ClassUsage, im.ClassOf(err), name)
		}
		synctest.Wait()
		require.Len(t, service.requests, asked, "nothing was asked of the service")
		_, err := r.CreateGroup(t.Context(), valid)
		require.NoError(t, err, "ten characters fit")
	})
}

// TestRightsAreSaidBeforeAsking, with who could and what to do.
func TestRightsAreSaidBeforeAsking(t *testing.T) {
	on, admin, seconds := true, model.Admin, int64(60)
	tests := map[string]struct {
		group, cause string
		call         func(context.Context, *running) error
	}{
		"destroy": {"theirs", "only the owner may", func(ctx context.Context, r *running) error { return r.DestroyGroup(ctx, "theirs") }},
		"mute all": {"theirs", "owner and administrators", func(ctx context.Context, r *running) error {
			return r.EditGroup(ctx, "theirs", model.GroupEdit{MuteAll: &on})
		}},
		"set admin": {"theirs", "only the owner may", func(ctx context.Context, r *running) error {
			return r.EditMember(ctx, "theirs", "guide", model.MemberEdit{Role: &admin})
		}},
		"mute": {"theirs", "owner and administrators", func(ctx context.Context, r *running) error {
			return r.EditMember(ctx, "theirs", "guide", model.MemberEdit{MuteSeconds: &seconds})
		}},
		"remove": {"theirs", "owner and administrators", func(ctx context.Context, r *running) error {
			return r.RemoveMembers(ctx, "theirs", []string{"guide"}, "")
		}},
		"leave": {"mine", "an owner cannot leave", func(ctx context.Context, r *running) error { return r.QuitGroup(ctx, "mine") }},
		"work admin": {"work", "do not know this", func(ctx context.Context, r *running) error {
			return r.EditMember(ctx, "work", "guide", model.MemberEdit{Role: &admin})
		}},
		"work's end": {"work", "only the app's administrator", func(ctx context.Context, r *running) error { return r.DestroyGroup(ctx, "work") }},
		"live invite": {"live", "do not know this", func(ctx context.Context, r *running) error {
			_, err := r.AddMembers(ctx, "live", []model.NewMember{{User: "guide"}})
			return err
		}},
	}
	synctest.Test(t, func(t *testing.T) {
		service := newService()
		service.group("mine", model.Public, "anchor", "guide")
		service.group("theirs", model.Public, "guide", "anchor")
		service.group("work", model.Work, "anchor", "guide")
		service.group("live", model.AVChatRoom, "anchor", "guide")
		r := manager(t, service.device("anchor", "term"), nil)
		r.of(t, "mine")
		for name, test := range tests {
			err := test.call(t.Context(), r)
			require.ErrorContains(t, err, test.cause, name)
			require.Equal(t, im.ClassPermission, im.ClassOf(err), name)
			code := 10007
			if name == "leave" {
				code = 10009
			}
			require.Equal(t, code, im.CodeOf(err), "%s: the code that the service would answer", name)
			require.NotEmpty(t, session.Explain(err).Remedy, name)
		}
		synctest.Wait()
		for _, request := range []string{"destroy", "edit", "edit_member", "remove", "quit", "add"} {
			require.Zero(t, service.asked("term "+request), request)
		}
		card := "me"
		require.NoError(t, r.EditMember(t.Context(), "theirs", "anchor", model.MemberEdit{NameCard: &card}), "one's own card is one's own")
	})
}

// TestAnAppAdminMayWhateverTheTypeKnows, also in groups that are not in the list.
func TestAnAppAdminMayWhateverTheTypeKnows(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		service := newService()
		service.group("work", model.Work, "somebody", "anchor")
		service.group("foreign", model.Public, "somebody")
		d := service.device("anchor", "term")
		d.capabilities.AppAdmin = true
		r := manager(t, d, nil)
		r.of(t, "work")
		require.NoError(t, r.DestroyGroup(t.Context(), "work"))
		require.NoError(t, r.DestroyGroup(t.Context(), "foreign"))
		require.Equal(t, model.Allowed, r.MayDo(nil, model.ActDestroy))
	})
}

// TestALiveRoomThatWasEnteredStaysInTheList although no list of the service names it.
func TestALiveRoomThatWasEnteredStaysInTheList(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		service := newService()
		service.group("live", model.AVChatRoom, "somebody").unlisted = true
		d := service.device("anchor", "term")
		r := manager(t, d, nil)
		_, err := r.JoinGroup(t.Context(), "live", "")
		require.NoError(t, err)
		d.drop()
		d.reconnect()
		r.of(t, "live")
	})
}
