package model_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"reddot/model"
)

func TestAnOwnerHandsOverBeforeLeavingWhoeverAsks(t *testing.T) {
	for _, appAdmin := range []bool{false, true} {
		require.Equal(t, model.OwnerMustHandOver, model.Public.Allows(model.ActQuit, model.Owner, appAdmin))
		require.Equal(t, model.Allowed, model.Work.Allows(model.ActQuit, model.Owner, appAdmin), "a work group can do without an owner")
		require.Equal(t, model.Allowed, model.Public.Allows(model.ActQuit, model.Admin, appAdmin))
	}
}

func TestAnAppAdministratorMayWhatTheTypeKnows(t *testing.T) {
	for _, role := range []model.ServiceRole{"", model.NotMember, model.Ordinary} {
		require.Equal(t, model.Allowed, model.Work.Allows(model.ActDestroy, role, true))
		require.Equal(t, model.Allowed, model.Public.Allows(model.ActSetAdmin, role, true))
		require.Equal(t, model.NotForType, model.AVChatRoom.Allows(model.ActInvite, role, true))
	}
	require.Equal(t, model.AppAdminOnly, model.Work.Allows(model.ActDestroy, model.Owner, false))
	require.Equal(t, model.NotInGroup, model.Public.Allows(model.ActQuit, model.NotMember, false))
}
