"""Which address opens which page? The operator's pages."""

from django.urls import path

from countermark.entrypoints.web.operator import (
    calendars,
    cases,
    deliveries,
    home,
    jobs_page,
    log_page,
    marketplaces,
    measures,
    orders,
    people_page,
    report_link,
    shops,
)

app_name = "operator"
urlpatterns = [
    path("", home.home, name="home"),
    path("deliveries/", deliveries.deliveries, name="deliveries"),
    path("deliveries/<int:pk>/", deliveries.delivery, name="delivery"),
    path("measures/", measures.measures, name="measures"),
    path("measures/<int:pk>/", measures.measure, name="measure"),
    path("orders/", orders.orders, name="orders"),
    path("orders/new/", orders.record, name="record-order"),
    path("orders/decide/", orders.record, {"source": "operator"}, name="record-decision"),
    path("orders/<str:number>/", orders.order, name="order"),
    path("orders/<str:number>/receipt/", orders.receipt, name="order-receipt"),
    path("shops/", shops.sellers, name="shops"),
    path("shops/<int:pk>/", shops.shop, name="shop"),
    path("cases/", cases.cases, name="cases"),
    path("cases/<str:number>/", cases.case, name="case"),
    path("marketplaces/", marketplaces.marketplaces, name="marketplaces"),
    path("marketplaces/known/", marketplaces.add_known, name="add-known-marketplaces"),
    path("marketplaces/new/", marketplaces.add, name="add-marketplace"),
    path("marketplaces/at/<slug:slug>/", marketplaces.marketplace, name="marketplace"),
    path("marketplaces/at/<slug:slug>/report-link/", report_link.report_link, name="report-link"),
    path("calendars/", calendars.calendars, name="calendars"),
    path("calendars/<str:calendar_id>/", calendars.calendar, name="calendar"),
    path("calendars/<str:calendar_id>/notice/", calendars.load_notice, name="load-notice"),
    path("people/", people_page.people, name="people"),
    path("people/new/", people_page.add, name="add-person"),
    path("people/<int:pk>/", people_page.person, name="person"),
    path("jobs/", jobs_page.jobs, name="jobs"),
    path("jobs/<int:pk>/retry/", jobs_page.retry, name="retry-job"),
    path("log/", log_page.log, name="log"),
    path("log/check/", log_page.check, name="check-log"),
]
