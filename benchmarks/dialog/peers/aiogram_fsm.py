"""aiogram: its finite state machine in memory, each update a task of its own (its defaults)."""

from __future__ import annotations

import asyncio
import os
from typing import Any

from aiogram import Bot, Dispatcher, F, Router
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.filters import Command
from aiogram.fsm.context import FSMContext
from aiogram.fsm.state import State, StatesGroup
from aiogram.types import CallbackQuery, InlineKeyboardButton, InlineKeyboardMarkup, Message

from benchmarks.dialog.script import COMMAND, QUESTIONS, card, parse, prompt, rows, thanks
from bot.errors import UserError

CONFIRM = len(QUESTIONS)
ORDERS: list[dict[str, Any]] = []


class Order(StatesGroup):
    name = State()
    phone = State()
    kind = State()
    people = State()
    product = State()
    days = State()
    area = State()
    note = State()
    confirm = State()


STATES = tuple(getattr(Order, question.key) for question in QUESTIONS)
router = Router()


def keyboard(at: int) -> InlineKeyboardMarkup:
    return InlineKeyboardMarkup(
        inline_keyboard=[
            [InlineKeyboardButton(text=label, callback_data=data) for label, data in row] for row in rows(at)
        ]
    )


@router.message(Command(COMMAND))
async def start(message: Message, state: FSMContext) -> None:
    await state.set_state(STATES[0])
    await message.answer(prompt(0), reply_markup=keyboard(0))


@router.callback_query(F.data == "Cancel")
async def cancel(query: CallbackQuery, state: FSMContext) -> None:
    await state.clear()
    await query.answer()


@router.callback_query(Order.confirm, F.data == "Send")
async def send(query: CallbackQuery, state: FSMContext) -> None:
    answers = await state.get_data()
    await state.clear()
    ORDERS.append(answers)
    await query.answer()
    assert isinstance(query.message, Message)
    await query.message.answer(thanks(answers))


async def answered(at: int, typed: str, message: Message, state: FSMContext) -> None:
    """Reads the answer to a question and asks the next one."""
    try:
        value = parse(at, typed)
    except UserError as error:
        await message.answer(str(error), reply_markup=keyboard(at))
        return
    answers = await state.update_data({QUESTIONS[at].key: value})
    await state.set_state(Order.confirm if at + 1 == CONFIRM else STATES[at + 1])
    text = card(answers) if at + 1 == CONFIRM else prompt(at + 1)
    await message.answer(text, reply_markup=keyboard(at + 1))


def asks(at: int) -> None:
    """Registers what a question listens to: a typed answer, and a tap on one of its buttons."""

    @router.message(STATES[at], F.text)
    async def typed(message: Message, state: FSMContext) -> None:
        await answered(at, message.text or "", message, state)

    @router.callback_query(STATES[at])
    async def tapped(query: CallbackQuery, state: FSMContext) -> None:
        await query.answer()
        assert isinstance(query.message, Message)
        await answered(at, query.data or "", query.message, state)


for number in range(CONFIRM):
    asks(number)


async def main() -> None:
    session = AiohttpSession(api=TelegramAPIServer.from_base(os.environ["TELEGRAM_API_URL"]))
    dispatcher = Dispatcher()
    dispatcher.include_router(router)
    await dispatcher.start_polling(Bot(os.environ["TELEGRAM_TOKEN"], session=session))


if __name__ == "__main__":
    asyncio.run(main())
