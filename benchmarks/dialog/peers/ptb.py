"""python-telegram-bot: a ConversationHandler, in memory or with PicklePersistence (the argument is its file).

Updates are handled one by one, as the ConversationHandler wants it ("heavily relies on incoming updates being
processed one by one … concurrent_updates should be set to False").
"""

from __future__ import annotations

import os
import sys
import warnings
from typing import Any

from telegram import InlineKeyboardButton, InlineKeyboardMarkup, Update
from telegram.ext import (
    Application,
    CallbackQueryHandler,
    CommandHandler,
    ContextTypes,
    ConversationHandler,
    MessageHandler,
    PicklePersistence,
    filters,
)
from telegram.warnings import PTBUserWarning

from benchmarks.dialog.script import COMMAND, QUESTIONS, card, parse, prompt, rows, thanks
from bot.errors import UserError

Context = ContextTypes.DEFAULT_TYPE
CONFIRM = len(QUESTIONS)
ORDERS: list[dict[str, Any]] = []


def keyboard(at: int) -> InlineKeyboardMarkup:
    return InlineKeyboardMarkup(
        [[InlineKeyboardButton(label, callback_data=data) for label, data in row] for row in rows(at)]
    )


async def start(update: Update, context: Context) -> int:
    assert update.message
    await update.message.reply_text(prompt(0), reply_markup=keyboard(0))
    return 0


def asks(at: int) -> Any:
    """The callback that reads the answer to a question and asks the next one."""

    async def answered(update: Update, context: Context) -> int:
        typed = ""
        if query := update.callback_query:
            await query.answer()
            typed = str(query.data)
        elif update.message:
            typed = update.message.text or ""
        assert update.effective_message
        assert context.user_data is not None
        try:
            value = parse(at, typed)
        except UserError as error:
            await update.effective_message.reply_text(str(error), reply_markup=keyboard(at))
            return at
        context.user_data[QUESTIONS[at].key] = value
        text = card(context.user_data) if at + 1 == CONFIRM else prompt(at + 1)
        await update.effective_message.reply_text(text, reply_markup=keyboard(at + 1))
        return at + 1

    return answered


async def send(update: Update, context: Context) -> int:
    assert update.callback_query
    assert update.effective_message
    assert context.user_data is not None
    await update.callback_query.answer()
    ORDERS.append(dict(context.user_data))
    await update.effective_message.reply_text(thanks(context.user_data))
    context.user_data.clear()
    return ConversationHandler.END


async def cancel(update: Update, context: Context) -> int:
    assert update.callback_query
    await update.callback_query.answer()
    return ConversationHandler.END


def main() -> None:
    # Its advice about buttons (per_message) is for conversations of buttons alone; this one is typed as well.
    warnings.filterwarnings("ignore", category=PTBUserWarning)
    builder = (
        Application.builder()
        .token(os.environ["TELEGRAM_TOKEN"])
        .base_url(f"{os.environ['TELEGRAM_API_URL']}/bot")
        .concurrent_updates(False)
    )
    kept = sys.argv[1:]
    if kept:
        builder = builder.persistence(PicklePersistence(kept[0]))
    application = builder.build()
    states: dict[object, list[Any]] = {
        at: [
            CallbackQueryHandler(cancel, pattern="^Cancel$"),
            CallbackQueryHandler(asks(at)),
            MessageHandler(filters.TEXT & ~filters.COMMAND, asks(at)),
        ]
        for at in range(CONFIRM)
    }
    states[CONFIRM] = [CallbackQueryHandler(send, pattern="^Send$")]
    application.add_handler(
        ConversationHandler(
            entry_points=[CommandHandler(COMMAND, start)],
            states=states,
            fallbacks=[CallbackQueryHandler(cancel, pattern="^Cancel$")],
            name="order",
            persistent=bool(kept),
            per_message=False,
        )
    )
    application.run_polling()


if __name__ == "__main__":
    main()
