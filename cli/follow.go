package cli

import (
	"context"
	"errors"
	"fmt"

	"reddot/im"
	"reddot/session"
)

// with logs in, waits until everything missed is in, and runs a command on the session. A service that does
// not answer in time is said so.
func (a *app) with(ctx context.Context, work func(context.Context, *live) error) error {
	return a.withFor(ctx, forWork, work)
}

// withBadges is with for a command that shows or moves badges.
func (a *app) withBadges(ctx context.Context, work func(context.Context, *live) error) error {
	return a.withFor(ctx, forBadges, work)
}

func (a *app) withFor(ctx context.Context, purpose purpose, work func(context.Context, *live) error) (err error) {
	live, err := a.open(ctx, purpose)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, live.close()) }()
	if err := live.ready(ctx); err != nil {
		return err
	}
	return work(ctx, live)
}

// ready waits until the session is in step with the service.
func (l *live) ready(ctx context.Context) error {
	waiting, cancel := context.WithTimeout(ctx, answerPatience)
	defer cancel()
	err := l.WaitSynced(waiting)
	if err == nil || ctx.Err() != nil {
		return errors.Join(err, ctx.Err())
	}
	var service *im.Error
	if errors.As(err, &service) {
		return err
	}
	reason := l.View().Connection.Reason
	if reason == "" {
		reason = fmt.Sprintf(l.texts.Pick("%s 内没有应答", "no answer within %s"), answerPatience)
	}
	return &im.Error{
		Doing: l.texts.Doing("连接", "reach", redacted(l.account.url)), Class: im.ClassUnreachable, Cause: reason, Err: err,
		Remedy: l.texts.Pick("用 reddot doctor 看看哪里不通", "reddot doctor shows what does not answer"),
	}
}

// loggedOut says why the service ended the login.
func (l *live) loggedOut() error {
	return &im.Error{
		Doing: l.texts.Pick("保持登录", "stay logged in"), Class: im.ClassPermission, Cause: l.View().Connection.Reason,
		Remedy: l.texts.Pick("重新运行就会再登录，可能挤下线别处的登录", "run it again to log in again, which may end a login elsewhere"),
	}
}

// nameOf is a conversation's name as people know it.
func nameOf(view *session.View, fact session.Fact) string {
	if fact.Name != "" {
		return fact.Name
	}
	if conversation := view.ByID[fact.Conversation]; conversation != nil {
		return conversation.Name
	}
	return fmt.Sprint(fact.Conversation)
}
