package emulator

import (
	"encoding/json"

	"reddot/im/wire"
)

// sharedCommands are those that both fronts have with the same bodies. On the long connection
// the login decides who acts.
var sharedCommands = map[string]restCommand{
	cmdCreateFolder:      restHandler(restCall.createFolder),
	cmdUpdateFolder:      restHandler(restCall.updateFolder),
	cmdDeleteFolder:      restHandler(restCall.deleteFolder),
	cmdMarkContact:       restHandler(restCall.markContact),
	cmdGetFolders:        restHandler(restCall.getFolders),
	cmdFindFolders:       restHandler(restCall.findFolders),
	cmdSetKeyValues:      restHandler(restCall.setKeyValues),
	cmdGetKeyValues:      restHandler(restCall.getKeyValues),
	cmdGroupSetKeyValues: restHandler(restCall.setKeyValues),
	cmdGroupGetKeyValues: restHandler(restCall.getKeyValues),
}

// shared makes a command of the long connection of one of REST. Where a body names whose
// conversations it is about, the login takes that place.
func shared(run restCommand) command {
	return func(r *request) (any, error) {
		body, err := r.signedBody()
		if err != nil {
			return nil, &wire.Error{Code: wire.CodeJSON, Info: err.Error()}
		}
		call := restCall{restFront: r.c.server.rest, ctx: r.c.ctx, by: r.actor(), command: r.head.ServCmd}
		reply, err := run(call, body)
		if err != nil {
			return call.refusal(call.command, err), nil
		}
		return reply, nil
	}
}

// signedBody is the body with the user who is logged in as its From_Account.
func (r *request) signedBody() ([]byte, error) {
	if restService(r.head.ServCmd) != "recentcontact" {
		return r.body, nil
	}
	fields := map[string]json.RawMessage{}
	if err := wire.Unmarshal(r.body, &fields); err != nil {
		return nil, err
	}
	user, err := wire.Marshal(r.user.ID)
	if err != nil {
		return nil, err
	}
	fields["From_Account"] = user
	return wire.Marshal(fields)
}
