package convert

import (
	"cmp"
	"fmt"

	"reddot/im/wire"
	"reddot/model"
)

// noticeKinds maps the ReportType of notices that a person wants to know of (push-protocol, section 8.5). Those that only
// sync the user's own devices are left out.
var noticeKinds = map[int]model.GroupNoticeKind{
	wire.NoticeApply:          model.NoticeApplied,
	wire.NoticeAccepted:       model.NoticeAccepted,
	wire.NoticeRefused:        model.NoticeRejected,
	wire.NoticeRemoved:        model.NoticeRemoved,
	wire.NoticeBanned:         model.NoticeRemoved,
	wire.NoticeDissolved:      model.NoticeDissolved,
	wire.NoticeInvited:        model.NoticeInvited,
	wire.NoticeLeft:           model.NoticeLeft,
	wire.NoticeAdminSet:       model.NoticeMadeAdmin,
	wire.NoticeAdminWithdrawn: model.NoticeUnmadeAdmin,
	wire.NoticeInvitation:     model.NoticeInvitation,
	wire.NoticeInviteAccepted: model.NoticeInviteAccepted,
	wire.NoticeInviteRefused:  model.NoticeInviteRefused,
	wire.NoticeCustom:         model.NoticeCustom,
}

// Notice maps a notice to the user self; false for one that nobody wants to know of.
func Notice(tip *wire.GroupTip, notice wire.GroupNotice, self string) (model.GroupNotice, bool) {
	kind, known := noticeKinds[notice.ReportType]
	groupID := cmp.Or(tip.ToGroupID, tip.GroupInfo.GroupID)
	if !known || groupID == "" {
		return model.GroupNotice{}, false
	}
	mapped := model.GroupNotice{
		ID:   noticeID(groupID, tip, notice),
		Kind: kind, GroupID: groupID, GroupName: tip.GroupInfo.GroupName, Operator: notice.OperatorAccount,
		Text: cmp.Or(notice.RemarkInfo, notice.UserDefinedField), Time: tip.MsgTimeStamp,
	}
	application := model.Application{
		GroupID: groupID, GroupName: tip.GroupInfo.GroupName, Message: notice.RemarkInfo, Time: tip.MsgTimeStamp,
		Key: int64(notice.MsgKey), Authentication: notice.Authentication,
	}
	switch kind {
	case model.NoticeApplied:
		application.Applicant = notice.OperatorAccount
		mapped.Application = &application
	case model.NoticeInvitation:
		application.Applicant, application.By = self, notice.OperatorAccount
		mapped.Application = &application
	}
	return mapped, true
}

// noticeID names a notice by the numbers that the service gave it, which are the same however often it tells it.
func noticeID(groupID string, tip *wire.GroupTip, notice wire.GroupNotice) string {
	return fmt.Sprintf("%s/%d/%d/%d/%d/%s", groupID, notice.ReportType, tip.MsgTimeStamp, tip.MsgSeq, tip.MsgRandom, notice.OperatorAccount)
}

// inSeconds takes a time that may be in a finer unit: the key of a request, which stands for its time, is unique.
func inSeconds(t int64) int64 {
	const year5000 = 95_617_584_000
	for t > year5000 {
		t /= 1000
	}
	return t
}

// Application maps what waits for an administrator. The service repeats the time of a request as its key.
func Application(p *wire.Pendency) model.Application {
	application := model.Application{
		GroupID: p.GroupID, GroupName: p.GroupName, Applicant: p.FromAccount, Message: p.ApplyInviteMsg,
		Time: inSeconds(int64(p.Time)), Key: int64(p.Time), Authentication: p.Authentication,
	}
	if p.ApplicationType == wire.PendencyInvited {
		application.Applicant, application.By = p.ToAccount, p.FromAccount
	}
	return application
}
