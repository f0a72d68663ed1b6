from django.core.paginator import Paginator
from django.db.models import Q
from django.http import Http404
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_safe

from schools import calendar
from schools.models import Alliance, School
from schools.templatetags.portal import days
from staff import rules as people

from .. import spreadsheet
from ..bank.models import Account
from ..forms.schools import StatementForm
from ..statement import balance_before, figures, lines, movements, periods

ROWS = 50


@require_safe
def statement(request, urn):
    school, alliances = _fetch_banks(request.user, urn)
    if not alliances:
        return render(request, "exchange/statement_without_alliance.html", {"school": school})
    alliance, account, form, period = _what_is_asked(request, school, alliances)
    page = Paginator(movements(account, period), ROWS).get_page(request.GET.get("page"))
    opening = balance_before(account, period)
    found = figures(account, period)
    ahead = found["given"] - found["received"]
    context = {
        "school": school,
        "alliance": alliance,
        "form": form,
        "period": period,
        "found": found,
        "of_period": _figures_of_period(found),
        "standing": _standing(account, found["net"]),
        "ahead": ahead,
        "apart": abs(ahead),
        "overview": _overview(account),
        "opening": opening,
        "page_obj": page,
        "lines": lines(page, account, opening, request.user),
        "csv_url": f"{reverse('exchange:statement_csv', args=[urn])}?{urlencode(form.data)}",
        "is_own": people.belongs_to(request.user, school),
    }
    return render(request, "exchange/statement.html", context)


@require_safe
def statement_csv(request, urn):
    school, alliances = _fetch_banks(request.user, urn)
    if not alliances:
        raise Http404
    alliance, account, form, period = _what_is_asked(request, school, alliances)
    if not form.is_valid():
        raise Http404
    opening = balance_before(account, period)
    rows = [
        (
            line.on.isoformat(),
            spreadsheet.text(line.what),
            spreadsheet.text(line.partner),
            spreadsheet.text(line.commission or ""),
            spreadsheet.hundredths(line.days),
            spreadsheet.hundredths(line.balance),
        )
        for line in lines(movements(account, period), account, opening, request.user)
    ]
    name = f"statement-{school.pk}-{alliance.slug}-{form['year'].value()}.csv"
    return spreadsheet.as_file(name, ["Date", "What", "Partner", "Commission", "Days", "Balance"], rows)


def _fetch_banks(user, urn):
    """The school and the alliances whose bank the user may look into for it; 404 for everybody else.

    The school's own people see every bank it has an account in, also after it has left; a coordinator
    only the own alliance's.
    """
    school = get_object_or_404(School, pk=urn)
    banks = Alliance.objects.filter(Q(memberships__school=school) | Q(accounts__school=school)).distinct()
    if people.belongs_to(user, school):
        return school, banks
    banks = banks.filter(pk__in=people.alliances_coordinated_by(user).values("pk"))
    if not banks:
        raise Http404
    return school, banks


def _what_is_asked(request, school, alliances):
    slug = request.GET.get("alliance")
    alliance = get_object_or_404(alliances, slug=slug) if slug else alliances[0]
    account = Account.objects.filter(alliance=alliance, school=school).first()
    this_year = str(calendar.year_of(calendar.today()))
    choices = periods(account)
    data = {"alliance": alliance.slug, "year": request.GET.get("year") or this_year}
    form = StatementForm(data, alliances=alliances, periods=choices)
    period = choices[data["year"]] if form.is_valid() else choices[this_year]
    return alliance, account, form, period


def _figures_of_period(found):
    return [{"label": name.capitalize(), "value": days(found[name])} for name in ("given", "received", "levy", "other")]


def _standing(account, net):
    """The period's net, and what is held and available now."""
    held, available = (account.held, account.available) if account else (0, 0)
    labels = {"Net": net, "Held now": held, "Available now": available}
    return [{"label": label, "value": days(value)} for label, value in labels.items()]


def _overview(account):
    """The figures of this year, the last twelve months and all time, for a table."""
    choices = periods(account)
    names = (str(calendar.year_of(calendar.today())), "12m", "all")
    return [{"label": choices[name].label, **figures(account, choices[name])} for name in names]
